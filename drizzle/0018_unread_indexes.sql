DROP INDEX "users_dead_claims";--> statement-breakpoint
DROP INDEX "users_unfinished";--> statement-breakpoint
DROP INDEX "users_unverified";