package io.shiplog.docker.pki;

import io.shiplog.command.control.certificates.ClusterAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * The cluster's keys in one directory: the authority ({@code ca}), the ServiceAccount signing key ({@code sa}), the admin's
 * token and an identity per part. Missing files are created; existing ones are kept, unless their names no longer match.
 */
public final class ClusterPki {
    private static final int TOKEN_BYTES = 24;

    private final Path folder;
    private final Authority authority;
    private final SecureRandom random = new SecureRandom();

    private ClusterPki(Path folder, Authority authority) {
        this.folder = folder;
        this.authority = authority;
    }

    /**
     * Opens the directory, and creates the authority, the signing key and the admin's token if missing.
     *
     * @throws IllegalStateException if only one file of a pair exists: another key would not fit what the cluster's other
     *     processes trust
     * @throws UncheckedIOException if the directory cannot be read or written
     */
    public static ClusterPki open(Path folder, String cluster) {
        try {
            return unchecked(() -> {
                ClusterPki pki = new ClusterPki(folder, Authority.open(folder, "shiplog-" + cluster + "-ca"));
                pki.makeSigningKey();
                pki.makeToken();
                return pki;
            });
        } catch (UncheckedIOException e) {
            throw new UncheckedIOException(
                    "the keys in " + folder + " cannot be read or written: " + e.getMessage(), e.getCause());
        }
    }

    /** Whether a directory has no authority, so that {@link #open} would make one. */
    public static boolean isMissing(Path folder) {
        return WholePair.isMissing(folder, "ca.crt", "ca.key");
    }

    public Path authority() {
        return authority.certificate();
    }

    /** The authority for clients to trust, which signs requests for certificates. Its key stays in memory. */
    public ClusterAuthority clusterAuthority() {
        return unchecked(authority::signer);
    }

    public Path certificate(Identity identity) {
        return authority.certificate(identity);
    }

    public Path key(Identity identity) {
        return authority.key(identity);
    }

    /** The bearer token of the admin in the kubeconfig. */
    public String adminToken() {
        return read(folder.resolve("admin.token")).strip();
    }

    /** Signs ServiceAccount tokens. */
    public PrivateKey signingKey() {
        return unchecked(() -> Pem.privateKey(folder.resolve("sa.key")));
    }

    /** Verifies ServiceAccount tokens. */
    public PublicKey signingPublicKey() {
        return unchecked(() -> Pem.publicKey(folder.resolve("sa.pub")));
    }

    /** Makes sure that an identity has a certificate and key, and returns an SSLContext that trusts only the authority. */
    public SSLContext identify(Identity identity) {
        return unchecked(() -> {
            authority.ensure(identity);
            return sslContext(identity);
        });
    }

    private void makeSigningKey() {
        if (!WholePair.isMissing(folder, "sa.pub", "sa.key")) {
            return;
        }
        unchecked(() -> {
            KeyPair pair = Authority.keyPair();
            Pem.write(folder.resolve("sa.key"), "PRIVATE KEY", pair.getPrivate().getEncoded());
            Pem.write(folder.resolve("sa.pub"), "PUBLIC KEY", pair.getPublic().getEncoded());
            return pair;
        });
    }

    private void makeToken() throws IOException {
        Path file = folder.resolve("admin.token");
        if (!Files.exists(file)) {
            byte[] token = new byte[TOKEN_BYTES];
            random.nextBytes(token);
            PrivateFile.write(file, HexFormat.of().formatHex(token) + "\n");
        }
    }

    private SSLContext sslContext(Identity identity) throws IOException, GeneralSecurityException {
        X509Certificate authority = Pem.certificate(authority());
        char[] password = new char[0];
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, password);
        own.setKeyEntry("self", Pem.privateKey(key(identity), identity.keyType().name()), password, new Certificate[] {
            Pem.certificate(certificate(identity)), authority
        });
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, password);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, password);
        trusted.setCertificateEntry("ca", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), random);
        return context;
    }

    private static String read(Path file) {
        return unchecked(() -> Files.readString(file));
    }

    private interface Action<T> {
        T run() throws IOException, GeneralSecurityException, OperatorCreationException;
    }

    private static <T> T unchecked(Action<T> action) {
        try {
            return action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("the cluster's keys cannot be used: " + e.getMessage(), e);
        }
    }
}
