package io.shiplog.docker.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
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

    /** @throws IllegalStateException if the file is no certificate, as for all readers of files here */
    static X509Certificate certificate(Path file) throws IOException {
        byte[] bytes = PrivateFile.read(file).getBytes(StandardCharsets.ISO_8859_1);
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes));
        } catch (GeneralSecurityException e) {
            throw PrivateFile.damaged(file, "not a certificate in PEM", e);
        }
    }

    static PrivateKey privateKey(Path file) throws IOException {
        return privateKey(file, "EC");
    }

    static PrivateKey privateKey(Path file, String algorithm) throws IOException {
        String text = PrivateFile.read(file);
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(derOf(text)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw PrivateFile.damaged(file, "not an %s private key in PEM".formatted(algorithm), e);
        }
    }

    static PublicKey publicKey(Path file) throws IOException {
        String text = PrivateFile.read(file);
        try {
            return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(derOf(text)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw PrivateFile.damaged(file, "not an EC public key in PEM", e);
        }
    }

    /** Whether a private and a public key are a pair. */
    static boolean isPair(PrivateKey key, PublicKey other) {
        byte[] probe = {1};
        try {
            Signature signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "EC" -> "SHA256withECDSA";
                        case "RSA" -> "SHA256withRSA";
                        default -> "Ed25519";
                    });
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(other);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
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

    private static byte[] derOf(String text) {
        String body = text.lines().filter(line -> !line.startsWith("-----")).reduce("", String::concat);
        return Base64.getDecoder().decode(body.strip());
    }
}
