package io.shiplog.docker.pki;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Keys and certificates as PEM files (RFC 7468). Private keys are PKCS #8, readable only by their owner. */
final class Pem {
    private static final int LINE = 64;

    private Pem() {}

    static void write(Path file, String type, byte[] der) throws IOException {
        PrivateFile.write(file, text(type, der));
    }

    static String text(String type, byte[] der) {
        String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, body, type);
    }

    static X509Certificate certificate(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        return privateKey(file, "EC");
    }

    static PrivateKey privateKey(Path file, String algorithm) throws IOException, GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der(file)));
    }

    static PublicKey publicKey(Path file) throws IOException, GeneralSecurityException {
        return publicKey(file, "EC");
    }

    static PublicKey publicKey(Path file, String algorithm) throws IOException, GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der(file)));
    }

    /** The public keys of a text, in its order. */
    static List<PublicKey> publicKeys(String text, String algorithm) throws GeneralSecurityException {
        List<PublicKey> keys = new ArrayList<>();
        for (String block : text.split("-----END PUBLIC KEY-----")) {
            int begin = block.indexOf("-----BEGIN");
            if (begin >= 0) {
                keys.add(KeyFactory.getInstance(algorithm)
                        .generatePublic(new X509EncodedKeySpec(derOf(block.substring(begin)))));
            } else if (!block.isBlank()) {
                throw new IllegalArgumentException("not a public key in PEM");
            }
        }
        return keys;
    }

    private static byte[] der(Path file) throws IOException {
        return derOf(Files.readString(file));
    }

    private static byte[] derOf(String text) {
        String body = text.lines().filter(line -> !line.startsWith("-----")).reduce("", String::concat);
        return Base64.getDecoder().decode(body.strip());
    }
}
