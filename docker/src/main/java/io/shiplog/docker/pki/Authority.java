package io.shiplog.docker.pki;

import io.shiplog.command.control.certificates.ClusterAuthority;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.X500Name;
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

/** A certificate authority in a directory ({@code ca.crt}, {@code ca.key}), with the certificates that it issued. */
final class Authority {
    private static final String CURVE = "secp256r1";
    private static final int RSA_BITS = 2048;
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);
    private static final Duration IDENTITY_LIFETIME = Duration.ofDays(3650);
    /** Clocks differ: a certificate is valid from slightly before its creation. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private static final int SERIAL_BITS = 120;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;

    private Authority(Path folder) {
        this.folder = folder;
    }

    /** A certificate and its private key. */
    record Issued(X509Certificate certificate, PrivateKey key) {
        String certificatePem() throws GeneralSecurityException {
            return Pem.text("CERTIFICATE", certificate.getEncoded());
        }

        String keyPem() {
            return Pem.text("PRIVATE KEY", key.getEncoded());
        }
    }

    /** Opens the directory, and creates the authority if both its files are missing. */
    static Authority open(Path folder, String commonName)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        Authority authority = new Authority(folder);
        Files.createDirectories(folder);
        if (Files.notExists(authority.certificate()) && Files.notExists(authority.key())) {
            authority.make(commonName);
        }
        return existing(folder);
    }

    /** Opens the directory of an existing authority, and checks it. */
    static Authority existing(Path folder) throws IOException {
        Authority authority = new Authority(folder);
        if (!Pem.isPair(
                Pem.privateKey(authority.key()),
                Pem.certificate(authority.certificate()).getPublicKey())) {
            throw PrivateFile.damaged(authority.key(), "not the key of ca.crt", null);
        }
        return authority;
    }

    /** The file of its own certificate. */
    Path certificate() {
        return folder.resolve("ca.crt");
    }

    private Path key() {
        return folder.resolve("ca.key");
    }

    Path certificate(Identity identity) {
        return folder.resolve(identity.file() + ".crt");
    }

    Path key(Identity identity) {
        return folder.resolve(identity.file() + ".key");
    }

    /** Makes sure that an identity's files are this authority's, match its names and use, and have not expired. */
    void ensure(Identity identity) throws IOException, GeneralSecurityException, OperatorCreationException {
        if (!isCurrent(identity)) {
            store(identity.file(), issue(identity));
        }
    }

    private boolean isCurrent(Identity identity) throws IOException, GeneralSecurityException {
        Path file = certificate(identity);
        if (!Files.exists(file) || !Files.exists(key(identity))) {
            return false;
        }
        X509Certificate certificate;
        try {
            certificate = Pem.certificate(file);
            certificate.verify(Pem.certificate(certificate()).getPublicKey());
            if (!Pem.isPair(
                    Pem.privateKey(key(identity), certificate.getPublicKey().getAlgorithm()),
                    certificate.getPublicKey())) {
                return false;
            }
        } catch (IllegalStateException | GeneralSecurityException e) {
            return false;
        }
        TreeSet<String> names = new TreeSet<>();
        if (certificate.getSubjectAlternativeNames() != null) {
            certificate.getSubjectAlternativeNames().forEach(name -> names.add(String.valueOf(name.get(1))));
        }
        Set<String> purposes = new TreeSet<>();
        purposes(identity).forEach(purpose -> purposes.add(purpose.getId()));
        List<String> usage = certificate.getExtendedKeyUsage();
        return names.containsAll(identity.names())
                && certificate
                        .getPublicKey()
                        .getAlgorithm()
                        .equals(identity.keyType().name())
                && usage != null
                && purposes.equals(new TreeSet<>(usage))
                && certificate.getNotAfter().toInstant().isAfter(Instant.now().plus(CLOCK_SKEW));
    }

    private void make(String commonName) throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPair pair = keyPair();
        X500NameBuilder name = new X500NameBuilder().addRDN(BCStyle.CN, commonName);
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
        store("ca", new Issued(sign(builder, pair.getPrivate()), pair.getPrivate()));
    }

    private static List<KeyPurposeId> purposes(Identity identity) {
        return switch (identity.use()) {
            case CLIENT -> List.of(KeyPurposeId.id_kp_clientAuth);
            case SERVER -> List.of(KeyPurposeId.id_kp_serverAuth);
            case BOTH -> List.of(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth);
        };
    }

    /** A new certificate, not stored. */
    Issued issue(Identity identity) throws IOException, GeneralSecurityException, OperatorCreationException {
        X509Certificate authority = Pem.certificate(certificate());
        PrivateKey authorityKey = Pem.privateKey(key());
        KeyPair pair = identity.keyType() == Identity.KeyType.RSA ? rsaKeyPair() : keyPair();
        X500NameBuilder subject = new X500NameBuilder();
        identity.groups().forEach(group -> subject.addRDN(BCStyle.O, group));
        subject.addRDN(BCStyle.CN, identity.user());
        var builder = new JcaX509v3CertificateBuilder(
                new X500Name(authority.getSubjectX500Principal().getName()),
                serial(),
                notBefore(),
                notAfter(IDENTITY_LIFETIME),
                subject.build(),
                pair.getPublic());
        var extensions = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(purposes(identity).toArray(KeyPurposeId[]::new)));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                extensions.createAuthorityKeyIdentifier(authority.getPublicKey()));
        if (!identity.names().isEmpty()) {
            builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(identity.names()));
        }
        return new Issued(sign(builder, authorityKey), pair.getPrivate());
    }

    /** Signs other parties' requests. Reads the key once. */
    ClusterAuthority signer() throws IOException, GeneralSecurityException {
        String pem = Files.readString(certificate());
        RequestSigner signer = new RequestSigner(Pem.certificate(certificate()), Pem.privateKey(key()), SIGNATURE);
        return new ClusterAuthority() {
            @Override
            public String pem() {
                return pem;
            }

            @Override
            public String issue(byte[] request, Terms terms) {
                return signer.issue(request, terms, serial());
            }
        };
    }

    private static GeneralNames alternativeNames(List<String> names) {
        List<GeneralName> all = new ArrayList<>();
        for (String name : names) {
            boolean address = name.matches("[0-9.]+") || name.contains(":");
            all.add(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name));
        }
        return new GeneralNames(all.toArray(GeneralName[]::new));
    }

    private void store(String file, Issued issued) throws IOException, GeneralSecurityException {
        PrivateFile.write(folder.resolve(file + ".key"), issued.keyPem());
        PrivateFile.write(folder.resolve(file + ".crt"), issued.certificatePem());
    }

    static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(CURVE), RANDOM);
        return generator.generateKeyPair();
    }

    private static KeyPair rsaKeyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(RSA_BITS, RANDOM);
        return generator.generateKeyPair();
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    }

    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, RANDOM);
    }

    private static Date notBefore() {
        return Date.from(Instant.now().minus(CLOCK_SKEW));
    }

    private static Date notAfter(Duration lifetime) {
        return Date.from(Instant.now().plus(lifetime));
    }
}
