package io.shiplog.docker.pki;

import io.shiplog.command.control.certificates.ClusterAuthority.Terms;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/**
 * Signs requests with an authority's key. Subject, alternative names and public key are the request's; everything else is the
 * signer's, so that a request cannot ask for an authority of its own.
 *
 * @param algorithm of the signature
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/certificates/authority/policies.go">PermissiveSigningPolicy</a>
 */
record RequestSigner(X509Certificate authority, PrivateKey key, String algorithm) {
    private static final Map<String, Integer> KEY_USAGES =
            Map.of("digital signature", KeyUsage.digitalSignature, "key encipherment", KeyUsage.keyEncipherment);
    private static final Map<String, KeyPurposeId> PURPOSES =
            Map.of("client auth", KeyPurposeId.id_kp_clientAuth, "server auth", KeyPurposeId.id_kp_serverAuth);

    /**
     * The certificate as PEM text.
     *
     * @param request PKCS #10 in DER
     * @throws IllegalArgumentException if the request cannot be decoded, or a usage is none of the built-in signers'
     */
    String issue(byte[] request, Terms terms, BigInteger serial) {
        try {
            PKCS10CertificationRequest wanted = new PKCS10CertificationRequest(request);
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    X500Name.getInstance(authority.getSubjectX500Principal().getEncoded()),
                    serial,
                    Date.from(terms.notBefore()),
                    end(terms),
                    wanted.getSubject(),
                    wanted.getSubjectPublicKeyInfo());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            addUsages(builder, terms.usages());
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(authority.getPublicKey()));
            Extensions asked = wanted.getRequestedExtensions();
            Extension names = asked == null ? null : asked.getExtension(Extension.subjectAlternativeName);
            if (names != null) {
                builder.addExtension(names);
            }
            byte[] der = builder.build(new JcaContentSignerBuilder(algorithm).build(key))
                    .getEncoded();
            return Pem.text("CERTIFICATE", der);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a request: " + e.getMessage(), e);
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("the cluster's authority cannot sign: " + e.getMessage(), e);
        }
    }

    private Date end(Terms terms) {
        Instant last = authority.getNotAfter().toInstant();
        return Date.from(terms.notAfter().isAfter(last) ? last : terms.notAfter());
    }

    private static void addUsages(X509v3CertificateBuilder builder, List<String> usages) throws IOException {
        for (String usage : usages) {
            if (!KEY_USAGES.containsKey(usage) && !PURPOSES.containsKey(usage)) {
                throw new IllegalArgumentException("not a usage of a built-in signer: " + usage);
            }
        }
        int bits =
                usages.stream().map(usage -> KEY_USAGES.getOrDefault(usage, 0)).reduce(0, (a, b) -> a | b);
        if (bits != 0) {
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(bits));
        }
        KeyPurposeId[] purposes =
                usages.stream().map(PURPOSES::get).filter(Objects::nonNull).toArray(KeyPurposeId[]::new);
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
    }
}
