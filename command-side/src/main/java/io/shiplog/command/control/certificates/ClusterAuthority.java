package io.shiplog.command.control.certificates;

import java.time.Instant;
import java.util.List;

/** The cluster's certificate authority. Its private key does not leave the implementation. */
public interface ClusterAuthority {

    /** Its certificate as PEM text, for clients to trust. */
    String pem();

    /**
     * Issues a certificate for the subject, the alternative names and the public key of a request. No IO.
     *
     * @param request PKCS #10 in DER, with a valid signature
     * @return the certificate as PEM text; it does not outlive the authority's
     */
    String issue(byte[] request, Terms terms);

    /**
     * What the certificate is good for.
     *
     * @param usages of Kubernetes, as {@code client auth}
     */
    record Terms(List<String> usages, Instant notBefore, Instant notAfter) {
        public Terms {
            usages = List.copyOf(usages);
        }
    }
}
