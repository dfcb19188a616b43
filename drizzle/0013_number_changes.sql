ALTER TABLE "number_changes" ADD COLUMN "email_token_hash" text;--> statement-breakpoint
ALTER TABLE "number_changes" ADD COLUMN "password_seal" text;--> statement-breakpoint
CREATE UNIQUE INDEX "number_changes_email_token_hash" ON "number_changes" USING btree ("email_token_hash");