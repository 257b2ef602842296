package io.shiplog.command.kind.certificates;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.x500.style.BCStyle;
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
final class SigningRequest {
    private final PKCS10CertificationRequest request;

    private SigningRequest(PKCS10CertificationRequest request) {
        this.request = request;
    }

    /** A text that is no request; the message is Go's where it matters. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableException(String message) {
            super(message);
        }
    }

    /**
     * Parses, and checks the signature that proves possession of the key.
     *
     * @param base64 the PEM text in base64, as it is in an object's tree
     */
    static SigningRequest of(String base64) throws UnreadableException {
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
        return new SigningRequest(request);
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

    /** The organizations of the subject: the groups of the user that a client certificate names. */
    List<String> organizations() {
        List<String> names = new ArrayList<>();
        for (var part : request.getSubject().getRDNs(BCStyle.O)) {
            names.add(part.getFirst().getValue().toString());
        }
        return names;
    }
}
