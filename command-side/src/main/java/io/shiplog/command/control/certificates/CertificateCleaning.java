package io.shiplog.command.control.certificates;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes requests that are done: an hour after they were approved, denied or failed, or when their certificate expires, whichever comes first;
 * and those that wait for a decision after a day.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#request-signing-process">Garbage
 *     collection of CertificateSigningRequests</a>
 */
public final class CertificateCleaning implements RequestController {
    private static final Duration DECIDED = Duration.ofHours(1);
    private static final Duration PENDING = Duration.ofHours(24);

    @Override
    public String name() {
        return "certificatesigningrequest-cleaner-controller";
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        CertificateRequest request = CertificateRequest.of(image, key);
        Instant end = request == null ? null : end(request);
        if (request == null || end == null) {
            return Plan.NOTHING;
        }
        return now.isBefore(end)
                ? Plan.later(Duration.between(now, end))
                : Plan.of(Step.of(Edits.delete(request.stored(), Propagation.BACKGROUND)));
    }

    /** When a request has to go; null for never. */
    private static @Nullable Instant end(CertificateRequest request) {
        List<Instant> ends = new ArrayList<>();
        if (request.conditions().isEmpty()) {
            Instant created = Conditions.parse(request.tree().path("metadata").path("creationTimestamp"));
            if (created != null) {
                ends.add(created.plus(PENDING));
            }
        }
        for (String type : List.of(CertificateRequest.APPROVED, CertificateRequest.DENIED, CertificateRequest.FAILED)) {
            JsonNode condition = request.condition(type);
            Instant decided = Conditions.parse(condition.path("lastUpdateTime"));
            if (decided != null) {
                ends.add(decided.plus(DECIDED));
            }
        }
        Instant expiry = expiry(request.certificate());
        if (expiry != null) {
            ends.add(expiry);
        }
        return ends.stream().min(Instant::compareTo).orElse(null);
    }

    /** The end of the first certificate of a chain; null if there is none. */
    private static @Nullable Instant expiry(String pem) {
        if (pem.isEmpty()) {
            return null;
        }
        try {
            return CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                            instanceof X509Certificate certificate
                    ? certificate.getNotAfter().toInstant()
                    : null;
        } catch (CertificateException e) {
            return null;
        }
    }
}
