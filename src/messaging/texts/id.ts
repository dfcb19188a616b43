import type { OtpWording } from './otp-wording.js';

export const id: OtpWording<'id'> = {
  yourCode: 'adalah kode verifikasi Anda.',
  yourServiceCode: (serviceName) => `adalah kode ${serviceName} Anda.`,
  expiresIn: { other: (minutes) => `Berlaku selama ${minutes} menit.` },
  keepSecret: 'Jangan berikan kepada siapa pun.',
};
