import type { Language } from '../language.js';
import { western } from '../punctuation.js';

export const es: Language<'es'> = {
  nativeReader: null,
  punctuation: western,
  // "clave de un solo uso": "código" is outside the GSM 7-bit alphabet, and "clave" alone can mean the password. Calls
  // and emails use this word as well, so that people know what to look for.
  codes: {
    yourCode: 'es tu clave de un solo uso',
    yourServiceCode: (serviceName) => `es tu clave de un solo uso para ${serviceName}`,
    expiresIn: {
      one: (minutes) => `Vence en ${minutes} minuto.`,
      other: (minutes) => `Vence en ${minutes} minutos.`,
    },
    keepSecret: 'No la compartas con nadie.',
    keepSecretBriefly: 'No la compartas.',
    uses: {
      RESET_PASSWORD: 'Sirve para cambiar la contraseña.',
      CHANGE_PHONE: 'Sirve para cambiar de teléfono.',
      VERIFY_EMAIL: 'Sirve para confirmar tu correo electrónico.',
      REAUTHENTICATE: 'Sirve para confirmar que eres tú.',
      CONTINUE_SIGN_IN: 'Sirve para terminar de iniciar sesión.',
    },
    introduction: 'Tu clave de un solo uso es:',
    serviceIntroduction: (serviceName) => `Tu clave de un solo uso para ${serviceName} es:`,
    repetition: 'De nuevo:',
    ignoreEmail: 'Si no pediste esta clave, ignora este correo. Nunca la compartas con nadie.',
  },
  // "clave de un solo uso" as in texts with codes: "código" and "sesión" are outside the GSM 7-bit alphabet.
  notices: {
    happened: {
      new_device: 'Un nuevo dispositivo ha entrado en tu cuenta',
      password_changed: 'Se ha cambiado tu contraseña',
      password_removed: 'Se ha quitado tu contraseña',
      password_reset: 'Se ha restablecido tu contraseña',
      email_changed: 'Se ha cambiado el correo de tu cuenta',
      phone_changed: 'Se ha cambiado el teléfono de tu cuenta',
      phone_change_reverted: 'Se ha deshecho el cambio de tu teléfono',
      account_locked: 'Demasiadas claves incorrectas: tu cuenta queda bloqueada un rato',
      deletion_requested: 'Tu cuenta va a ser eliminada',
      passkey_added: 'Se ha añadido una llave de acceso a tu cuenta',
      passkey_removed: 'Se ha quitado una llave de acceso de tu cuenta',
      passkey_cloned: 'Se ha usado una copia de tu llave de acceso: se han cerrado todas las sesiones',
      passkey_missing: 'Alguien sin tu llave de acceso quiere abrir tu cuenta',
    },
    accountDeleted: 'Tu cuenta ha sido eliminada',
    endSessions: '¿Fue otra persona? Entra y cierra las otras sesiones.',
    newPassword: '¿Fue otra persona? Entra con una clave de un solo uso y pon otra contraseña.',
    shareNoCode: '¿Fue otra persona? No des tus claves a nadie.',
    removePasskey: '¿Fue otra persona? Entra y borra la llave.',
    addAnotherPasskey: 'Entra de otro modo y crea una nueva.',
    takeBack: (until) => `¿Fue otra persona? Deshazlo antes de ${until} con esta clave:`,
    signInBefore: (until) => `¿Fue otra persona? Entra antes del ${until} para conservarla.`,
  },
};
