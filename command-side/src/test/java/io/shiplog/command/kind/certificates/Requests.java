package io.shiplog.command.kind.certificates;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Makes requests for certificates. */
public final class Requests {
    private Requests() {}

    private record Key(KeyPair pair, ContentSigner signer) {}

    private static Key key() throws GeneralSecurityException, OperatorCreationException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        return new Key(pair, new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
    }

    /**
     * A request as an object has it: PEM in base64.
     *
     * @param subject as {@code CN=jane,O=shop}; {@code +} joins attributes of one part
     * @param names as {@code DNS:a,IP:10.0.0.1,EMAIL:a@b,URI:a:b}; empty for none
     */
    public static String base64(String subject, String names) {
        try {
            Key key = key();
            var builder = new JcaPKCS10CertificationRequestBuilder(
                    new X500Name(subject), key.pair().getPublic());
            if (!names.isEmpty()) {
                ExtensionsGenerator extensions = new ExtensionsGenerator();
                extensions.addExtension(Extension.subjectAlternativeName, false, names(names));
                builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            return pem("CERTIFICATE REQUEST", builder.build(key.signer()).getEncoded());
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A certificate that expired long ago, as an object has it. */
    public static String expired() {
        try {
            Key key = key();
            X500Name name = new X500Name("CN=old");
            return pem(
                    "CERTIFICATE",
                    new JcaX509v3CertificateBuilder(
                                    name,
                                    BigInteger.ONE,
                                    Date.from(Instant.parse("2020-01-01T00:00:00Z")),
                                    Date.from(Instant.parse("2021-01-01T00:00:00Z")),
                                    name,
                                    key.pair().getPublic())
                            .build(key.signer())
                            .getEncoded());
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static GeneralNames names(String list) {
        List<GeneralName> all = new ArrayList<>();
        for (String name : list.split(",")) {
            int colon = name.indexOf(':');
            int tag = switch (name.substring(0, colon)) {
                case "DNS" -> GeneralName.dNSName;
                case "IP" -> GeneralName.iPAddress;
                case "EMAIL" -> GeneralName.rfc822Name;
                default -> GeneralName.uniformResourceIdentifier;
            };
            all.add(new GeneralName(tag, name.substring(colon + 1)));
        }
        return new GeneralNames(all.toArray(GeneralName[]::new));
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String text = "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(type, body);
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
