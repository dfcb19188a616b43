CREATE TABLE "rate_budgets" (
	"key" text PRIMARY KEY NOT NULL,
	"slot_length" integer NOT NULL,
	"newest" bigint NOT NULL,
	"counts" integer[] NOT NULL,
	"max" integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX "rate_budgets_over" ON "rate_budgets" USING btree ((("newest" + 13) * "slot_length"));