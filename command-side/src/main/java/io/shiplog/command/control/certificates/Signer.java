package io.shiplog.command.control.certificates;

import io.shiplog.command.kind.certificates.SigningRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The signers of Kubernetes, and what each requires of a request. {@code kubernetes.io/legacy-unknown} is not among them: {@code
 * certificates.k8s.io/v1} refuses requests for it.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers">Kubernetes
 *     signers</a>
 */
enum Signer {
    API_CLIENT("kubernetes.io/kube-apiserver-client"),
    KUBELET_CLIENT("kubernetes.io/kube-apiserver-client-kubelet"),
    KUBELET_SERVING("kubernetes.io/kubelet-serving");

    /** Kubernetes' own default of {@code --cluster-signing-duration}. */
    static final Duration LONGEST = Duration.ofDays(365);

    private static final Duration SHORTEST = Duration.ofMinutes(10);
    private static final String CLIENT_AUTH = "client auth";
    private static final String SERVER_AUTH = "server auth";
    private static final String DIGITAL_SIGNATURE = "digital signature";
    private static final String KEY_ENCIPHERMENT = "key encipherment";
    private static final String NODE = "system:node:";
    private static final List<String> NODES = List.of("system:nodes");

    private final String signerName;

    Signer(String signerName) {
        this.signerName = signerName;
    }

    /** The signer of a name; null if it is not one of the cluster's own. */
    static @Nullable Signer named(String name) {
        for (Signer signer : values()) {
            if (signer.signerName.equals(name)) {
                return signer;
            }
        }
        return null;
    }

    /** What is wrong with a request, in Kubernetes' words; null for nothing. */
    @Nullable String wrong(SigningRequest request, List<String> usages) {
        if (request.isAmbiguous()) {
            return "subject must have one common name at most, and one attribute in each part";
        }
        return switch (this) {
            case API_CLIENT -> wrongUsages(usages);
            case KUBELET_CLIENT -> wrongKubeletClient(request, usages);
            case KUBELET_SERVING -> wrongKubeletServing(request, usages);
        };
    }

    private static @Nullable String wrongUsages(List<String> usages) {
        for (String usage : usages) {
            if (!Set.of(CLIENT_AUTH, DIGITAL_SIGNATURE, KEY_ENCIPHERMENT).contains(usage)) {
                return "invalid usage for client certificate: " + usage;
            }
        }
        return usages.contains(CLIENT_AUTH) ? null : "missing required usage for client certificate: " + CLIENT_AUTH;
    }

    private static @Nullable String wrongKubeletClient(SigningRequest request, List<String> usages) {
        if (!request.organizations().equals(NODES)) {
            return "subject organization is not system:nodes";
        }
        if (!request.dnsNames().isEmpty()) {
            return "DNS subjectAltNames are not allowed";
        }
        if (!request.emails().isEmpty()) {
            return "Email subjectAltNames are not allowed";
        }
        if (!request.addresses().isEmpty()) {
            return "IP subjectAltNames are not allowed";
        }
        if (!request.uris().isEmpty()) {
            return "URI subjectAltNames are not allowed";
        }
        if (!request.commonName().startsWith(NODE)) {
            return "subject common name does not begin with system:node:";
        }
        return otherUsages(usages, CLIENT_AUTH);
    }

    private static @Nullable String wrongKubeletServing(SigningRequest request, List<String> usages) {
        if (!request.organizations().equals(NODES)) {
            return "subject organization is not system:nodes";
        }
        if (request.dnsNames().isEmpty() && request.addresses().isEmpty()) {
            return "DNS or IP subjectAltName is required";
        }
        if (!request.emails().isEmpty()) {
            return "Email subjectAltNames are not allowed";
        }
        if (!request.uris().isEmpty()) {
            return "URI subjectAltNames are not allowed";
        }
        String others = otherUsages(usages, SERVER_AUTH);
        if (others != null) {
            return others;
        }
        return request.commonName().startsWith(NODE) ? null : "subject common name does not begin with system:node:";
    }

    /** Exactly these; key encipherment is for RSA keys only. */
    private static @Nullable String otherUsages(List<String> usages, String auth) {
        Set<String> required = new TreeSet<>(Set.of(auth, DIGITAL_SIGNATURE, KEY_ENCIPHERMENT));
        Set<String> given = new TreeSet<>(usages);
        given.add(KEY_ENCIPHERMENT);
        return given.equals(required) ? null : "usages did not match [" + String.join(" ", required) + "]";
    }

    /** How long a certificate is valid. */
    static Duration lifetime(@Nullable Long expirationSeconds) {
        if (expirationSeconds == null) {
            return LONGEST;
        }
        Duration wanted = Duration.ofSeconds(expirationSeconds);
        return wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted.compareTo(SHORTEST) < 0 ? SHORTEST : wanted;
    }
}
