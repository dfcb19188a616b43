DROP INDEX "users_full_name";--> statement-breakpoint
DROP INDEX "users_last_name";