package io.shiplog.gateway;

import java.nio.file.Path;

/**
 * TLS material as PEM files.
 *
 * @param authority certificates that sign the peers' certificates
 * @param certificate the own certificate, with its chain
 * @param key of the certificate, PKCS#8
 */
public record PemFiles(Path authority, Path certificate, Path key) {}
