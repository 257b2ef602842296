package io.shiplog.gateway;

import java.nio.file.Path;

/**
 * TLS material as PEM files.
 *
 * @param authority certificates that sign what the other side shows
 * @param certificate shown to the other side, with its chain
 * @param key of the certificate, PKCS#8
 */
public record PemFiles(Path authority, Path certificate, Path key) {}
