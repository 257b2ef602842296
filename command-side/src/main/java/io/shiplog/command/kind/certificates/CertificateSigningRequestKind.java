package io.shiplog.command.kind.certificates;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.textOr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.HumanDuration;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.access.PolicyRule;
import io.shiplog.projections.access.RbacAuthorizer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CertificateSigningRequests: requested by a user, approved or denied through {@code approval}, signed through {@code status}: by the
 * controllers of {@code control.certificates} for the signers of Kubernetes.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/">Certificates and
 *     CertificateSigningRequests</a>
 */
public final class CertificateSigningRequestKind implements Kind {
    public static final ResourceType TYPE = new ResourceType("certificates.k8s.io", "certificatesigningrequests");
    private static final String CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";
    private static final List<String> DECISIONS = List.of("Approved", "Denied");

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            MetaColumns.AGE,
            MetaColumns.text(
                    "SignerName",
                    "signerName indicates the requested signer, and is a qualified name.",
                    (request, now) -> textOr(Trees.at(request, "spec", "signerName"), MetaColumns.NONE)),
            MetaColumns.text(
                    "Requestor",
                    "request contains an x509 certificate signing request encoded in a \"CERTIFICATE REQUEST\" PEM block.",
                    (request, now) -> text(request, "spec", "username")),
            MetaColumns.text(
                    "RequestedDuration",
                    "expirationSeconds is the requested duration of validity of the issued certificate.",
                    (request, now) -> duration(Trees.at(request, "spec", "expirationSeconds"))),
            MetaColumns.text(
                    "Condition",
                    "conditions applied to the request. Known conditions are \"Approved\", \"Denied\", and \"Failed\".",
                    (request, now) -> state(request.path("status"))));

    private final RbacAuthorizer authorizer = new RbacAuthorizer();

    private static String duration(JsonNode seconds) {
        return seconds.isMissingNode() ? MetaColumns.NONE : HumanDuration.of(Duration.ofSeconds(seconds.asLong()));
    }

    private static String state(JsonNode status) {
        String state = has(status, "Denied") ? "Denied" : has(status, "Approved") ? "Approved" : "Pending";
        return state
                + (has(status, "Failed") ? ",Failed" : "")
                + (text(status, "certificate").isEmpty() ? "" : ",Issued");
    }

    private static boolean has(JsonNode status, String type) {
        return !SigningRequestValidation.ofType(status, type).isEmpty();
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft(TYPE.group(), "v1", "CertificateSigningRequest", TYPE.resource(), Scope.CLUSTER)
                .columns(COLUMNS)
                .shortNames("csr")
                .subresources("status", "approval")
                .fields("spec.signerName")
                .done();
    }

    @Override
    public Set<String> resetFields() {
        return Set.of("spec", "status");
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    /** Kubernetes takes any name that is not empty. */
    @Override
    public List<String> nameErrors(String name) {
        return List.of();
    }

    @Override
    public Set<String> statusMetadata() {
        return CLIENTS_METADATA;
    }

    /** The request says who made it: a client cannot set it. */
    @Override
    public void prepareForCreate(ObjectNode request, Actor actor, DecidedState state) {
        ObjectNode spec = Trees.object(request, "spec");
        spec.remove(List.of("uid", "extra", "groups"));
        spec.put("username", actor.user());
        if (!actor.groups().isEmpty()) {
            ArrayNode groups = spec.putArray("groups");
            actor.groups().forEach(groups::add);
        }
        request.putObject("status");
    }

    @Override
    public void prepareForUpdate(ObjectNode request, ObjectNode old, DecidedState state) {
        Kind.super.prepareForUpdate(request, old, state);
        if (old.has("spec")) {
            request.set("spec", old.path("spec"));
        } else {
            request.remove("spec");
        }
    }

    /** A signer may not change what was decided. */
    @Override
    public void prepareForStatusUpdate(ObjectNode request, ObjectNode old, DecidedState state) {
        ObjectNode status = Trees.object(request, "status");
        for (String decision : DECISIONS) {
            List<ObjectNode> before = SigningRequestValidation.ofType(old.path("status"), decision);
            List<ObjectNode> now = SigningRequestValidation.ofType(status, decision);
            if (before.size() == now.size()) {
                for (int i = 0; i < now.size(); i++) {
                    now.get(i).removeAll();
                    now.get(i).setAll(before.get(i));
                }
            }
        }
        setTimes(status, old, state);
    }

    /** Of the status, only the conditions. */
    @Override
    public void prepareForApproval(ObjectNode request, ObjectNode old, DecidedState state) {
        ObjectNode given = Trees.object(request, "status");
        setTimes(given, old, state);
        ObjectNode status = old.path("status") instanceof ObjectNode before ? before.deepCopy() : given.objectNode();
        status.remove("conditions");
        if (!given.path("conditions").isEmpty()) {
            status.set("conditions", given.get("conditions"));
        }
        request.set("status", status);
    }

    private static void setTimes(ObjectNode status, ObjectNode old, DecidedState state) {
        String now = state.now().truncatedTo(ChronoUnit.SECONDS).toString();
        for (ObjectNode condition : Trees.objects(status, "conditions")) {
            if (!condition.hasNonNull("lastUpdateTime")) {
                condition.put("lastUpdateTime", now);
            }
            if (!condition.hasNonNull("lastTransitionTime")) {
                String since = SigningRequestValidation.ofType(old.path("status"), text(condition, "type")).stream()
                        .filter(each -> each.path("status").equals(condition.path("status")))
                        .map(each -> text(each, "lastTransitionTime"))
                        .filter(time -> !time.isEmpty())
                        .findFirst()
                        .orElse(now);
                condition.put("lastTransitionTime", since);
            }
        }
    }

    /**
     * Checks the rights to approve and to sign for a signer, and that a request for the cluster's own signer does not name masters.
     *
     * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/">CertificateApproval,
     *     CertificateSigning, CertificateSubjectRestriction</a>
     */
    @Override
    public @Nullable Refusal admit(
            String subresource, ObjectNode request, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        ObjectKey key = ObjectKey.clusterScoped(TYPE, Trees.name(request));
        if (old == null || subresource.isEmpty()) {
            return namesMasters(request)
                    ? Refusal.forbidden(
                            key, "use of " + CLIENT_SIGNER + " signer with system:masters group is not allowed")
                    : null;
        }
        String signer = text(old, "spec", "signerName");
        if (subresource.equals("approval")) {
            return mayFor(actor, "approve", signer, state)
                    ? null
                    : Refusal.forbidden(
                            key, "user not permitted to approve requests with signerName \"" + signer + "\"");
        }
        boolean same = Checks.same(Trees.at(request, "status", "certificate"), Trees.at(old, "status", "certificate"))
                && Checks.same(Trees.at(request, "status", "conditions"), Trees.at(old, "status", "conditions"));
        return same || mayFor(actor, "sign", signer, state)
                ? null
                : Refusal.forbidden(key, "user not permitted to sign requests with signerName \"" + signer + "\"");
    }

    private static boolean namesMasters(ObjectNode request) {
        if (!text(request, "spec", "signerName").equals(CLIENT_SIGNER)) {
            return false;
        }
        try {
            return SigningRequest.of(text(request, "spec", "request"))
                    .organizations()
                    .contains(RbacAuthorizer.MASTERS);
        } catch (SigningRequest.UnreadableException e) {
            // Validation says what is wrong with it.
            return false;
        }
    }

    /** For the signer itself, or for all signers of its domain. */
    private boolean mayFor(Actor actor, String verb, String signer, DecidedState state) {
        if (actor.groups().contains(RbacAuthorizer.MASTERS)) {
            return true;
        }
        List<String> names = new ArrayList<>(List.of(signer));
        int slash = signer.indexOf('/');
        if (slash > 0) {
            names.add(signer.substring(0, slash) + "/*");
        }
        return names.stream()
                .map(name -> new PolicyRule(
                        List.of(verb), List.of(TYPE.group()), List.of("signers"), List.of(name), List.of()))
                .anyMatch(rule -> authorizer
                        .uncovered(state::list, actor, "", List.of(rule))
                        .isEmpty());
    }

    @Override
    public void validate(ObjectNode request, FieldErrors errors) {
        SigningRequestValidation.whole(request, errors);
    }

    @Override
    public void validateUpdate(ObjectNode request, ObjectNode old, FieldErrors errors) {
        SigningRequestValidation.kept(request, old, errors);
        SigningRequestValidation.undecided(request, old, errors);
        SigningRequestValidation.certificate(request, old, false, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode request, ObjectNode old, FieldErrors errors) {
        SigningRequestValidation.whole(request, errors);
        SigningRequestValidation.kept(request, old, errors);
        SigningRequestValidation.undecided(request, old, errors);
        SigningRequestValidation.certificate(request, old, true, errors);
    }

    @Override
    public void validateApproval(ObjectNode request, ObjectNode old, FieldErrors errors) {
        SigningRequestValidation.whole(request, errors);
        SigningRequestValidation.kept(request, old, errors);
        SigningRequestValidation.certificate(request, old, false, errors);
    }
}
