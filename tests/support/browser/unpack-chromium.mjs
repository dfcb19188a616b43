// Run with TMPDIR: the package unpacks into the system's folder for temporary files, and has no setting for another.
import chromium from '@sparticuz/chromium';

await chromium.executablePath();
