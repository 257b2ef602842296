package io.shiplog.docker.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The certificates of a user on Linux, as browsers look for them: NSS's database in the user's home.
 *
 * @see <a href="https://chromium.googlesource.com/chromium/src/+/main/docs/linux/cert_management.md">Certificates on Linux</a>
 */
final class CertificateStore {
    private static final String PASSWORD = "on-the-way";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private CertificateStore() {}

    /** Makes a store in a home that has none, with one client certificate and its key, both PEM files. */
    static void make(Path home, Path certificate, Path key) {
        Path database = home.resolve(".pki").resolve("nssdb");
        Path bundle = home.resolve("client.p12");
        try {
            Files.createDirectories(database);
            write(bundle, certificate, key);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no certificate for the browser", e);
        }
        Shell shell = new Shell(Map.of());
        shell.run(LIMIT, null, List.of("certutil", "-N", "-d", "sql:" + database, "--empty-password"))
                .orFail();
        shell.run(LIMIT, null, List.of("pk12util", "-i", bundle.toString(), "-d", "sql:" + database, "-W", PASSWORD))
                .orFail();
    }

    private static void write(Path bundle, Path certificate, Path key) throws IOException, GeneralSecurityException {
        Certificate parsed;
        try (InputStream in = Files.newInputStream(certificate)) {
            parsed = CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        byte[] encoded = Base64.getMimeDecoder().decode(Files.readString(key).replaceAll("-----[A-Z ]+-----", ""));
        PrivateKey secret = KeyFactory.getInstance(parsed.getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("client", secret, PASSWORD.toCharArray(), new Certificate[] {parsed});
        try (OutputStream out = Files.newOutputStream(bundle)) {
            store.store(out, PASSWORD.toCharArray());
        }
    }
}
