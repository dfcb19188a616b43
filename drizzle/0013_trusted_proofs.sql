ALTER TABLE "users" ADD COLUMN "email_trusted_from" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "password_trusted_from" timestamp (3) with time zone;