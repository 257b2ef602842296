package io.shiplog.gateway;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority and what it signs, in a folder of the test. */
final class TestPki {
    private static final Duration LIFETIME = Duration.ofDays(1);

    private final Path folder;
    private final KeyPair authority;
    private final X500Name authorityName = new X500Name("CN=test-ca");
    private int serial = 1;

    TestPki(Path folder) {
        this.folder = folder;
        this.authority = keyPair();
        X509Certificate own = sign(authorityName, authority, true);
        write("ca.crt", "CERTIFICATE", encoded(own));
    }

    Path authority() {
        return folder.resolve("ca.crt");
    }

    /** @param name of the files @param subject such as {@code O=system:masters,CN=admin} */
    PemFiles issue(String name, String subject) {
        KeyPair pair = keyPair();
        write(name + ".crt", "CERTIFICATE", encoded(sign(new X500Name(subject), pair, false)));
        write(name + ".key", "PRIVATE KEY", pair.getPrivate().getEncoded());
        return new PemFiles(authority(), folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
    }

    static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private X509Certificate sign(X500Name subject, KeyPair pair, boolean isAuthority) {
        try {
            Instant now = Instant.now();
            var builder = new JcaX509v3CertificateBuilder(
                    authorityName,
                    BigInteger.valueOf(serial++),
                    Date.from(now.minus(Duration.ofHours(1))),
                    Date.from(now.plus(LIFETIME)),
                    subject,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            if (!isAuthority) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                    new GeneralName(GeneralName.dNSName, "localhost"),
                    new GeneralName(GeneralName.dNSName, "n1"),
                    new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                }));
            }
            PrivateKey key = authority == null ? pair.getPrivate() : authority.getPrivate();
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private void write(String file, String what, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        try {
            Files.writeString(
                    folder.resolve(file), "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, base64, what));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
