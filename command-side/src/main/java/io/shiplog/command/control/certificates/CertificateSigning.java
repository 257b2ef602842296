package io.shiplog.command.control.certificates;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.certificates.ClusterAuthority.Terms;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.kind.certificates.SigningRequest;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * Signs approved requests for the signers of Kubernetes. A request that breaks its signer's rules gets the condition {@code Failed}.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#control-plane-signer-in-the-kube-controller-manager">Signing</a>
 */
public final class CertificateSigning implements RequestController {
    /** Clocks differ. */
    private static final Duration BACKDATE = Duration.ofMinutes(5);
    /** Shorter certificates live as long as wanted; others include the time by which they are backdated. */
    private static final Duration SHORT = Duration.ofHours(8);

    private final ClusterAuthority authority;

    public CertificateSigning(ClusterAuthority authority) {
        this.authority = authority;
    }

    @Override
    public String name() {
        return "certificatesigningrequest-signing-controller";
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        CertificateRequest request = CertificateRequest.of(image, key);
        if (request == null
                || !request.has(CertificateRequest.APPROVED)
                || request.has(CertificateRequest.DENIED)
                || request.has(CertificateRequest.FAILED)
                || !request.certificate().isEmpty()) {
            return Plan.NOTHING;
        }
        Signer signer = request.signer();
        SigningRequest parsed = signer == null ? null : request.parsed();
        if (signer == null || parsed == null) {
            return Plan.NOTHING;
        }
        String wrong = signer.wrong(parsed, request.usages());
        return Plan.of(Step.of(
                wrong == null
                        ? Edits.patchStatus(request.stored(), certificate(request, parsed, now))
                        : request.with("status", CertificateRequest.FAILED, "SignerValidationFailure", wrong, now)));
    }

    private ObjectNode certificate(CertificateRequest request, SigningRequest parsed, Instant now) {
        Duration lifetime = Signer.lifetime(request.expirationSeconds());
        Instant end = now.plus(lifetime);
        String pem = authority.issue(
                parsed.der(),
                new Terms(
                        request.usages(),
                        now.minus(BACKDATE),
                        lifetime.compareTo(SHORT) < 0 ? end : end.minus(BACKDATE)));
        return Json.MAPPER
                .createObjectNode()
                .put("certificate", Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)));
    }
}
