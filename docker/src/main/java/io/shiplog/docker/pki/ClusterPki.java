package io.shiplog.docker.pki;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The cluster's keys in one folder: the authority ({@code ca}), the ServiceAccount signing key ({@code sa}), the admin's token
 * and an identity per part. What is missing is made; what is there is kept, unless its names no longer fit.
 */
public final class ClusterPki {
    private static final String CURVE = "secp256r1";
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);
    private static final Duration IDENTITY_LIFETIME = Duration.ofDays(3650);
    /** Clocks differ: a certificate is good from a little before it was made. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private static final int SERIAL_BITS = 120;
    private static final int TOKEN_BYTES = 24;

    private final Path folder;
    private final SecureRandom random = new SecureRandom();

    private ClusterPki(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens the folder, making the authority, the signing key and the admin's token if they are not there.
     *
     * @throws UncheckedIOException if the folder cannot be read or written
     */
    public static ClusterPki open(Path folder, String cluster) {
        ClusterPki pki = new ClusterPki(folder);
        try {
            Files.createDirectories(folder);
            pki.makeAuthority(cluster);
            pki.makeSigningKey();
            pki.makeToken();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the keys in " + folder + " cannot be read or written: " + e.getMessage(), e);
        }
        return pki;
    }

    public Path authority() {
        return folder.resolve("ca.crt");
    }

    /** The authority's certificate as PEM text: what clients trust. */
    public String authorityPem() {
        return read(authority());
    }

    public Path certificate(Identity identity) {
        return folder.resolve(identity.file() + ".crt");
    }

    public Path key(Identity identity) {
        return folder.resolve(identity.file() + ".key");
    }

    /** The bearer token of the admin in the kubeconfig. */
    public String adminToken() {
        return read(folder.resolve("admin.token")).strip();
    }

    /** Signs ServiceAccount tokens. */
    public PrivateKey signingKey() {
        return unchecked(() -> Pem.privateKey(folder.resolve("sa.key")));
    }

    /** Proves ServiceAccount tokens. */
    public PublicKey signingPublicKey() {
        return unchecked(() -> Pem.publicKey(folder.resolve("sa.pub")));
    }

    /** Makes sure of an identity's certificate and key, and gives them back as an SSLContext that trusts the authority alone. */
    public SSLContext identify(Identity identity) {
        return unchecked(() -> {
            if (!isCurrent(identity)) {
                issue(identity);
            }
            return sslContext(identity);
        });
    }

    private boolean isCurrent(Identity identity) throws IOException, GeneralSecurityException {
        Path file = certificate(identity);
        if (!Files.exists(file) || !Files.exists(key(identity))) {
            return false;
        }
        X509Certificate certificate = Pem.certificate(file);
        TreeSet<String> names = new TreeSet<>();
        if (certificate.getSubjectAlternativeNames() != null) {
            certificate.getSubjectAlternativeNames().forEach(name -> names.add(String.valueOf(name.get(1))));
        }
        return names.containsAll(identity.names())
                && certificate.getNotAfter().toInstant().isAfter(Instant.now().plus(CLOCK_SKEW));
    }

    private void makeAuthority(String cluster) throws IOException {
        if (Files.exists(authority()) && Files.exists(folder.resolve("ca.key"))) {
            return;
        }
        unchecked(() -> {
            KeyPair pair = keyPair();
            X500NameBuilder name = new X500NameBuilder().addRDN(BCStyle.CN, "shiplog-" + cluster + "-ca");
            var builder = new JcaX509v3CertificateBuilder(
                    name.build(), serial(), notBefore(), notAfter(AUTHORITY_LIFETIME), name.build(), pair.getPublic());
            var extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
            store("ca", sign(builder, pair.getPrivate()), pair.getPrivate());
            return pair;
        });
    }

    private void makeSigningKey() {
        if (Files.exists(folder.resolve("sa.pub"))) {
            return;
        }
        unchecked(() -> {
            KeyPair pair = keyPair();
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

    private void issue(Identity identity) throws IOException, GeneralSecurityException, OperatorCreationException {
        X509Certificate authority = Pem.certificate(authority());
        PrivateKey authorityKey = Pem.privateKey(folder.resolve("ca.key"));
        KeyPair pair = keyPair();
        X500NameBuilder subject = new X500NameBuilder();
        identity.groups().forEach(group -> subject.addRDN(BCStyle.O, group));
        subject.addRDN(BCStyle.CN, identity.user());
        var builder = new JcaX509v3CertificateBuilder(
                new org.bouncycastle.asn1.x500.X500Name(
                        authority.getSubjectX500Principal().getName()),
                serial(),
                notBefore(),
                notAfter(IDENTITY_LIFETIME),
                subject.build(),
                pair.getPublic());
        var extensions = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth
        }));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                extensions.createAuthorityKeyIdentifier(authority.getPublicKey()));
        if (!identity.names().isEmpty()) {
            builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(identity.names()));
        }
        store(identity.file(), sign(builder, authorityKey), pair.getPrivate());
    }

    private static GeneralNames alternativeNames(List<String> names) {
        List<GeneralName> all = new ArrayList<>();
        for (String name : names) {
            boolean address = name.matches("[0-9.]+") || name.contains(":");
            all.add(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name));
        }
        return new GeneralNames(all.toArray(GeneralName[]::new));
    }

    private void store(String file, X509Certificate certificate, PrivateKey key)
            throws IOException, GeneralSecurityException {
        Pem.write(folder.resolve(file + ".key"), "PRIVATE KEY", key.getEncoded());
        Pem.write(folder.resolve(file + ".crt"), "CERTIFICATE", certificate.getEncoded());
    }

    private SSLContext sslContext(Identity identity) throws IOException, GeneralSecurityException {
        X509Certificate authority = Pem.certificate(authority());
        char[] password = new char[0];
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, password);
        own.setKeyEntry("self", Pem.privateKey(key(identity)), password, new Certificate[] {
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

    private KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(CURVE), random);
        return generator.generateKeyPair();
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    }

    private BigInteger serial() {
        return new BigInteger(SERIAL_BITS, random);
    }

    private static Date notBefore() {
        return Date.from(Instant.now().minus(CLOCK_SKEW));
    }

    private static Date notAfter(Duration lifetime) {
        return Date.from(Instant.now().plus(lifetime));
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
