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
import java.util.Set;
import java.util.regex.Pattern;
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
    private static final int SHORTEST_TOKEN = 16;
    private static final Pattern TOKEN = Pattern.compile("[!-~]{" + SHORTEST_TOKEN + ",}");

    private final Path folder;
    private final Authority authority;
    private final SecureRandom random = new SecureRandom();

    private ClusterPki(Path folder, Authority authority) {
        this.folder = folder;
        this.authority = authority;
    }

    /**
     * Opens the directory of a new cluster, and creates the authority, the signing key and the admin's token. What exists is
     * kept: a start of an existing cluster goes through {@link HomeKeys}, which decides first whether anything may be made.
     *
     * @throws IllegalStateException if only one file of a pair exists, or a file is damaged
     * @throws UncheckedIOException if the directory cannot be read or written
     */
    public static ClusterPki open(Path folder, String cluster) {
        new HomeKeys(folder, folder.resolve(LogKeys.MACS))
                .requirePairs(Set.of(KeyPart.AUTHORITY, KeyPart.SERVICE_ACCOUNTS));
        return in(folder, () -> {
            Authority authority = Authority.open(folder, "shiplog-" + cluster + "-ca");
            ClusterPki pki = new ClusterPki(folder, authority);
            pki.makeSigningKey();
            pki.makeToken();
            return pki.checked();
        });
    }

    /**
     * Opens the directory of an existing cluster. Creates no keys, but certificates of its authority.
     *
     * @throws IllegalStateException if the authority is missing, or a file is damaged
     * @throws UncheckedIOException if the directory cannot be read
     */
    public static ClusterPki existing(Path folder) {
        new HomeKeys(folder, folder.resolve(LogKeys.MACS)).require(Set.of(KeyPart.AUTHORITY));
        return in(folder, () -> new ClusterPki(folder, Authority.existing(folder)).checked());
    }

    private static ClusterPki in(Path folder, Action<ClusterPki> action) {
        try {
            return unchecked(action);
        } catch (UncheckedIOException e) {
            throw new UncheckedIOException(
                    "the keys in " + folder + " cannot be read or written: " + e.getMessage(), e.getCause());
        }
    }

    /** A damaged file is found at the start, not when a client comes. A node's runner has not all of them. */
    private ClusterPki checked() throws IOException {
        if (Files.exists(signingKeyFile())
                && !Pem.isPair(Pem.privateKey(signingKeyFile()), Pem.publicKey(verifyingKeyFile()))) {
            throw PrivateFile.damaged(signingKeyFile(), "not the key of sa.pub", null);
        }
        if (Files.exists(tokenFile())) {
            readToken();
        }
        return this;
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
        return unchecked(this::readToken);
    }

    private String readToken() throws IOException {
        String token = PrivateFile.read(tokenFile()).strip();
        if (!TOKEN.matcher(token).matches()) {
            throw PrivateFile.damaged(
                    tokenFile(), "a token has %d or more visible characters".formatted(SHORTEST_TOKEN), null);
        }
        return token;
    }

    private Path tokenFile() {
        return folder.resolve("admin.token");
    }

    private Path signingKeyFile() {
        return folder.resolve("sa.key");
    }

    private Path verifyingKeyFile() {
        return folder.resolve("sa.pub");
    }

    /** Signs ServiceAccount tokens. */
    public PrivateKey signingKey() {
        return unchecked(() -> Pem.privateKey(signingKeyFile()));
    }

    /** Verifies ServiceAccount tokens. */
    public PublicKey signingPublicKey() {
        return unchecked(() -> Pem.publicKey(verifyingKeyFile()));
    }

    /** Makes sure that an identity has a certificate and key, and returns an SSLContext that trusts only the authority. */
    public SSLContext identify(Identity identity) {
        return unchecked(() -> {
            authority.ensure(identity);
            return sslContext(identity);
        });
    }

    private void makeSigningKey() {
        if (Files.exists(signingKeyFile()) || Files.exists(verifyingKeyFile())) {
            return;
        }
        unchecked(() -> {
            KeyPair pair = Authority.keyPair();
            Pem.write(signingKeyFile(), "PRIVATE KEY", pair.getPrivate().getEncoded());
            Pem.write(verifyingKeyFile(), "PUBLIC KEY", pair.getPublic().getEncoded());
            return pair;
        });
    }

    private void makeToken() throws IOException {
        if (!Files.exists(tokenFile())) {
            byte[] token = new byte[TOKEN_BYTES];
            random.nextBytes(token);
            PrivateFile.write(tokenFile(), HexFormat.of().formatHex(token) + "\n");
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
