package io.shiplog.command.control.certificates;

import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.kind.certificates.CertificateSigningRequestKind;
import io.shiplog.command.kind.certificates.SigningRequest;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.access.AccessRequest;
import io.shiplog.projections.access.RbacAuthorizer;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Approves client certificates of kubelets, for users with the right to create {@code certificatesigningrequests/selfnodeclient} (their own) or
 * {@code certificatesigningrequests/nodeclient}. All other requests wait for a user's approval.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/#approval">Approval</a>
 */
public final class CertificateApproval implements RequestController {
    private static final String RBAC = "rbac.authorization.k8s.io";

    private final RbacAuthorizer authorizer = new RbacAuthorizer();

    @Override
    public String name() {
        return "certificatesigningrequest-approving-controller";
    }

    /** A role may give the right that a request waits for. */
    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        RequestController.super.affected(change, image, replan);
        if (change.after().key().type().group().equals(RBAC)) {
            keys(image).forEach(replan);
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        CertificateRequest request = CertificateRequest.of(image, key);
        if (request == null
                || request.signer() != Signer.KUBELET_CLIENT
                || request.has(CertificateRequest.APPROVED)
                || request.has(CertificateRequest.DENIED)
                || !request.certificate().isEmpty()) {
            return Plan.NOTHING;
        }
        SigningRequest parsed = request.parsed();
        if (parsed == null || Signer.KUBELET_CLIENT.wrong(parsed, request.usages()) != null) {
            return Plan.NOTHING;
        }
        boolean own = request.requestor().user().equals(parsed.commonName());
        if (own && may(image, request, "selfnodeclient")) {
            return approved(request, "Auto approving self kubelet client certificate after SubjectAccessReview.", now);
        }
        return may(image, request, "nodeclient")
                ? approved(request, "Auto approving kubelet client certificate after SubjectAccessReview.", now)
                : Plan.NOTHING;
    }

    private boolean may(Image image, CertificateRequest request, String subresource) {
        AccessRequest access = AccessRequest.resource(
                request.requestor(),
                "create",
                CertificateSigningRequestKind.TYPE.group(),
                CertificateSigningRequestKind.TYPE.resource(),
                subresource,
                "",
                "");
        return authorizer.authorize(image, access).allowed();
    }

    private static Plan approved(CertificateRequest request, String message, Instant now) {
        return Plan.of(Step.of(request.with("approval", CertificateRequest.APPROVED, "AutoApproved", message, now)));
    }
}
