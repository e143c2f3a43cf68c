const codes =
  /^(?:CERT_|ERR_TLS_CERT|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET_ISSUER)|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** Whether the code of a failed connection says that the certificate does not hold: no further try will find another one soon. */
export const isCertificateError = (code: string): boolean => codes.test(code);
