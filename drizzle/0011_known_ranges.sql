ALTER TABLE "proof_counters" ADD COLUMN "lives" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "proof_counters" ADD COLUMN "since" timestamp (3) with time zone;