package io.shiplog.command.kind.certificates;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.jspecify.annotations.Nullable;

/**
 * CertificateSigningRequests.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/certificates/validation/validation.go">validateCertificateSigningRequest</a>
 */
final class SigningRequestValidation {
    private static final List<String> USAGES = List.of(
            "any",
            "cert sign",
            "client auth",
            "code signing",
            "content commitment",
            "crl sign",
            "data encipherment",
            "decipher only",
            "digital signature",
            "email protection",
            "encipher only",
            "ipsec end system",
            "ipsec tunnel",
            "ipsec user",
            "key agreement",
            "key encipherment",
            "microsoft sgc",
            "netscape sgc",
            "ocsp signing",
            "s/mime",
            "server auth",
            "signing",
            "timestamping");
    private static final List<String> DECISIONS = List.of("Approved", "Denied");
    private static final List<String> FINAL = List.of("Approved", "Denied", "Failed");
    private static final List<String> STATUSES = List.of("False", "True", "Unknown");
    private static final String CONDITIONS = "status.conditions";
    private static final String LEGACY_SIGNER = "kubernetes.io/legacy-unknown";
    private static final int MIN_SECONDS = 600;
    private static final int MAX_SIGNER_DOMAIN = 253;
    private static final int MAX_SIGNER = MAX_SIGNER_DOMAIN + 1 + 253 + 63 + 1;

    private SigningRequestValidation() {}

    static void whole(ObjectNode request, FieldErrors errors) {
        JsonNode spec = request.path("spec");
        String pem = text(spec, "request");
        try {
            SigningRequest.of(pem);
        } catch (SigningRequest.UnreadableException e) {
            errors.invalid(
                    "spec.request", pem.isEmpty() ? NullNode.getInstance() : pem, String.valueOf(e.getMessage()));
        }
        usages(spec.path("usages"), errors);
        String signer = text(spec, "signerName");
        if (signer.equals(LEGACY_SIGNER)) {
            errors.invalid("spec.signerName", signer, "the legacy signerName is not allowed via this API version");
        } else {
            signer(signer, "spec.signerName", errors);
        }
        JsonNode seconds = spec.path("expirationSeconds");
        if (seconds.isNumber() && seconds.asLong() < MIN_SECONDS) {
            errors.invalid(
                    "spec.expirationSeconds", seconds, "may not specify a duration less than 600 seconds (10 minutes)");
        }
        conditions(Trees.at(request, "status", "conditions"), errors);
        String certificate = Trees.text(request, "status", "certificate");
        String wrong = certificate.isEmpty() ? null : wrongCertificate(certificate);
        if (wrong != null) {
            errors.invalid("status.certificate", "<certificate data>", wrong);
        }
    }

    private static void usages(JsonNode usages, FieldErrors errors) {
        if (usages.isEmpty()) {
            errors.required("spec.usages", "");
        }
        List<String> all = Trees.texts(usages);
        for (int i = 0; i < all.size(); i++) {
            if (!USAGES.contains(all.get(i))) {
                errors.notSupported("spec.usages[" + i + "]", all.get(i), USAGES);
            }
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            if (!seen.add(all.get(i))) {
                errors.duplicate("spec.usages[" + i + "]", all.get(i));
            }
        }
    }

    /** A domain, a slash, and a path of dotted names. */
    private static void signer(String signer, String path, FieldErrors errors) {
        if (signer.isEmpty()) {
            errors.required(path, "");
            return;
        }
        String[] parts = signer.split("/", -1);
        if (parts.length != 2) {
            errors.invalid(
                    path, signer, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
            return;
        }
        if (parts[0].length() > MAX_SIGNER_DOMAIN) {
            errors.tooLong(path, MAX_SIGNER_DOMAIN);
        }
        labels(parts[0], Names::label, path, errors);
        if (parts[0].indexOf('.') < 0) {
            errors.invalid(path, parts[0], "should be a domain with at least two segments separated by dots");
        }
        labels(parts[1], Names::subdomain, path, errors);
        if (signer.length() > MAX_SIGNER) {
            errors.tooLong(path, MAX_SIGNER);
        }
    }

    /** Names the first wrong one only. */
    private static void labels(String dotted, Function<String, List<String>> form, String path, FieldErrors errors) {
        for (String label : dotted.split("\\.", -1)) {
            List<String> wrong = form.apply(label);
            wrong.forEach(each -> errors.invalid(path, dotted, "validating label \"" + label + "\": " + each));
            if (!wrong.isEmpty()) {
                return;
            }
        }
    }

    private static void conditions(JsonNode conditions, FieldErrors errors) {
        Set<String> types = new HashSet<>();
        int index = 0;
        for (JsonNode condition : conditions) {
            String path = CONDITIONS + "[" + index++ + "]";
            String type = text(condition, "type");
            if (type.isEmpty()) {
                errors.required(path + ".type", "");
            }
            Checks.oneOf(
                    text(condition, "status"),
                    FINAL.contains(type) ? List.of("True") : STATUSES,
                    path + ".status",
                    errors);
            boolean other = type.equals("Approved") && types.contains("Denied")
                    || type.equals("Denied") && types.contains("Approved");
            if (other) {
                errors.invalid(CONDITIONS, type, "Approved and Denied conditions are mutually exclusive");
            }
            if (!types.add(type)) {
                errors.duplicate(path + ".type", type);
            }
        }
    }

    /** What is wrong with a chain of certificates in PEM, or null. */
    private static @Nullable String wrongCertificate(String base64) {
        String pem = new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
        int blocks = 0;
        try (PemReader reader = new PemReader(new StringReader(pem))) {
            for (PemObject block = reader.readPemObject(); block != null; block = reader.readPemObject()) {
                if (!block.getType().equals("CERTIFICATE")) {
                    return "only CERTIFICATE PEM blocks are allowed, found \"" + block.getType() + "\"";
                }
                if (!block.getHeaders().isEmpty()) {
                    return "no PEM block headers are permitted";
                }
                blocks++;
                if (CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(block.getContent()))
                        .isEmpty()) {
                    return "found CERTIFICATE PEM block containing 0 certificates";
                }
            }
        } catch (CertificateException e) {
            return "x509: malformed certificate";
        } catch (IOException | RuntimeException e) {
            return "must contain at least one CERTIFICATE PEM block";
        }
        return blocks == 0 ? "must contain at least one CERTIFICATE PEM block" : null;
    }

    /** What was decided stays. */
    static void kept(ObjectNode request, ObjectNode old, FieldErrors errors) {
        for (String type : FINAL) {
            if (ofType(request.path("status"), type).size()
                    < ofType(old.path("status"), type).size()) {
                errors.forbidden(CONDITIONS, "updates may not remove a condition of type \"" + type + "\"");
            }
        }
    }

    /** Only {@code approval} decides. */
    static void undecided(ObjectNode request, ObjectNode old, FieldErrors errors) {
        for (String type : DECISIONS) {
            List<ObjectNode> now = ofType(request.path("status"), type);
            List<ObjectNode> before = ofType(old.path("status"), type);
            if (now.size() > before.size()) {
                errors.forbidden(CONDITIONS, "updates may not add a condition of type \"" + type + "\"");
            } else if (now.size() == before.size() && !now.equals(before)) {
                errors.forbidden(CONDITIONS, "updates may not modify a condition of type \"" + type + "\"");
            }
        }
    }

    /** A certificate is issued once, by its signer. */
    static void certificate(ObjectNode request, ObjectNode old, boolean bySigner, FieldErrors errors) {
        String now = Trees.text(request, "status", "certificate");
        String before = Trees.text(old, "status", "certificate");
        if (now.equals(before)) {
            return;
        }
        if (!bySigner) {
            errors.forbidden("status.certificate", "updates may not set certificate content");
        } else if (!before.isEmpty()) {
            errors.forbidden("status.certificate", "updates may not modify existing certificate content");
        }
    }

    static List<ObjectNode> ofType(JsonNode status, String type) {
        return Trees.objects(status, "conditions").stream()
                .filter(condition -> text(condition, "type").equals(type))
                .toList();
    }
}
