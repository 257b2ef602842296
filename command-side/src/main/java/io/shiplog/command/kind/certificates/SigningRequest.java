package io.shiplog.command.kind.certificates;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * A request for a certificate, PKCS #10 in PEM.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2986">RFC 2986</a>
 */
public final class SigningRequest {
    private final PKCS10CertificationRequest request;
    private final GeneralName[] names;

    private SigningRequest(PKCS10CertificationRequest request, GeneralName[] names) {
        this.request = request;
        this.names = names;
    }

    /** A text that is no request; the message is Go's where it matters. */
    public static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableException(String message) {
            super(message);
        }
    }

    /**
     * Parses, and checks the signature that proves possession of the key.
     *
     * @param base64 the PEM text in base64, as it is in an object's tree
     * @throws UnreadableException if it is not a request, or its signature does not fit
     */
    public static SigningRequest of(String base64) throws UnreadableException {
        PKCS10CertificationRequest request = parse(base64);
        try {
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder()
                    .setProvider(new BouncyCastleProvider())
                    .build(request.getSubjectPublicKeyInfo()))) {
                throw new UnreadableException("x509: ECDSA verification failure");
            }
        } catch (OperatorCreationException | PKCSException e) {
            throw new UnreadableException("x509: cannot verify signature: algorithm unimplemented");
        }
        return new SigningRequest(request, names(request));
    }

    private static PKCS10CertificationRequest parse(String base64) throws UnreadableException {
        String pem = new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
        PemObject block;
        try (PemReader reader = new PemReader(new StringReader(pem))) {
            block = reader.readPemObject();
        } catch (IOException | RuntimeException e) {
            block = null;
        }
        if (block == null || !block.getType().equals("CERTIFICATE REQUEST")) {
            throw new UnreadableException("PEM block type must be CERTIFICATE REQUEST");
        }
        try {
            return new PKCS10CertificationRequest(CertificationRequest.getInstance(block.getContent()));
        } catch (RuntimeException e) {
            throw new UnreadableException("asn1: syntax error: data truncated");
        }
    }

    private static GeneralName[] names(PKCS10CertificationRequest request) throws UnreadableException {
        try {
            Extensions extensions = request.getRequestedExtensions();
            GeneralNames names = extensions == null
                    ? null
                    : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
            return names == null ? new GeneralName[0] : names.getNames();
        } catch (RuntimeException e) {
            throw new UnreadableException("x509: invalid subject alternative names");
        }
    }

    /** The request in DER. */
    public byte[] der() {
        try {
            return request.getEncoded();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The user that a client certificate names: the last common name of the subject, as Go reads it; empty for none. */
    public String commonName() {
        List<String> names = attributes(BCStyle.CN);
        return names.isEmpty() ? "" : names.getLast();
    }

    /**
     * Whether two readers of the certificate could find different users in it: a subject with several common names, or with several
     * attributes in one part, which some read in the order of the bytes and others sorted.
     */
    public boolean isAmbiguous() {
        int names = 0;
        for (RDN part : request.getSubject().getRDNs()) {
            if (part.isMultiValued()) {
                return true;
            }
            names += part.getFirst().getType().equals(BCStyle.CN) ? 1 : 0;
        }
        return names > 1;
    }

    /** The organizations of the subject: the groups of the user that a client certificate names. */
    public List<String> organizations() {
        return attributes(BCStyle.O);
    }

    /** The values of an attribute. A name has several parts, and each part may have several attributes. */
    private List<String> attributes(ASN1ObjectIdentifier type) {
        List<String> values = new ArrayList<>();
        for (RDN part : request.getSubject().getRDNs()) {
            for (AttributeTypeAndValue attribute : part.getTypesAndValues()) {
                if (attribute.getType().equals(type)) {
                    values.add(attribute.getValue().toString());
                }
            }
        }
        return values;
    }

    /** The DNS names among the alternative names. */
    public List<String> dnsNames() {
        return ofTag(GeneralName.dNSName);
    }

    /** The IP addresses among the alternative names, encoded. */
    public List<String> addresses() {
        return ofTag(GeneralName.iPAddress);
    }

    /** The email addresses among the alternative names. */
    public List<String> emails() {
        return ofTag(GeneralName.rfc822Name);
    }

    /** The URIs among the alternative names. */
    public List<String> uris() {
        return ofTag(GeneralName.uniformResourceIdentifier);
    }

    private List<String> ofTag(int tag) {
        return Arrays.stream(names)
                .filter(name -> name.getTagNo() == tag)
                .map(name -> name.getName().toString())
                .toList();
    }
}
