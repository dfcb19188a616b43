/** The cookie that holds the refresh token of a web client in cookie mode. Scripts in the browser cannot read it. */
export interface RefreshCookie {
  /** The refresh token that came with the request; null: none. */
  read(): string | null;
  write(refreshToken: string, expiresAt: Date, expiresInSeconds: number): void;
  clear(): void;
}
