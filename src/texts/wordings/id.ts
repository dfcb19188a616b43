import type { OtpWording } from './otp-wording.js';

export const id: OtpWording<'id'> = {
  fullStop: '.',
  yourCode: 'adalah kode verifikasi Anda',
  yourServiceCode: (serviceName) => `adalah kode ${serviceName} Anda`,
  expiresIn: { other: (minutes) => `Berlaku selama ${minutes} menit.` },
  keepSecret: 'Jangan berikan kepada siapa pun.',
  keepSecretBriefly: 'Jangan dibagikan.',
  uses: {
    RESET_PASSWORD: 'Untuk mengganti kata sandi.',
    CHANGE_PHONE: 'Untuk mengganti nomor telepon.',
    VERIFY_EMAIL: 'Untuk memverifikasi alamat email Anda.',
    REAUTHENTICATE: 'Untuk memastikan bahwa ini Anda.',
    CONTINUE_SIGN_IN: 'Untuk menyelesaikan proses masuk.',
  },
  introduction: 'Kode verifikasi Anda adalah:',
  serviceIntroduction: (serviceName) => `Kode ${serviceName} Anda adalah:`,
  repetition: 'Sekali lagi:',
  ignoreEmail:
    'Jika Anda tidak meminta kode ini, abaikan email ini. Jangan pernah memberikan kode ini kepada siapa pun.',
};
