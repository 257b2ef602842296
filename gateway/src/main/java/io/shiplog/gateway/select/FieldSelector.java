package io.shiplog.gateway.select;

import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A field selector, as {@code spec.nodeName=a,status.phase!=Running}. The kind defines its fields.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/">Field selectors</a>
 */
public record FieldSelector(List<Requirement> requirements) {
    /** Maximum terms of one selector: each object of a list is tested against all of them. */
    static final int MAX_TERMS = 1_000;

    public static final FieldSelector ALL = new FieldSelector(List.of());
    private static final String NAME = "metadata.name";
    private static final String NAMESPACE = "metadata.namespace";

    public FieldSelector {
        requirements = List.copyOf(requirements);
    }

    /** One field that must or must not have a value. */
    public record Requirement(String field, boolean equal, String value) {
        boolean holds(StoredObject object) {
            String actual = switch (field) {
                case NAME -> object.key().name();
                case NAMESPACE -> object.key().namespace();
                default -> object.fields().getOrDefault(field, "");
            };
            return actual.equals(value) == equal;
        }
    }

    public boolean matches(StoredObject object) {
        for (Requirement requirement : requirements) {
            if (!requirement.holds(object)) {
                return false;
            }
        }
        return true;
    }

    public boolean everything() {
        return requirements.isEmpty();
    }

    /** The only name that can match, or empty if there may be several. */
    public String name() {
        for (Requirement requirement : requirements) {
            if (requirement.field().equals(NAME) && requirement.equal()) {
                return requirement.value();
            }
        }
        return "";
    }

    /** Cluster-scoped kinds with fields of their own; the others take a namespace and find nothing. */
    private static final Set<ResourceType> WITHOUT_NAMESPACE = Set.of(
            ResourceType.core("namespaces"),
            ResourceType.core("nodes"),
            new ResourceType("certificates.k8s.io", "certificatesigningrequests"),
            new ResourceType("resource.k8s.io", "resourceslices"));

    /** Parses a selector without regard to a kind. */
    public static Checked<FieldSelector> parse(String text) {
        List<Requirement> found = new ArrayList<>();
        for (String term : terms(text)) {
            int operator = operator(term);
            if (operator < 0) {
                return Checked.bad("invalid selector: '%s'; can't understand '%s'".formatted(text, term));
            }
            boolean unequal = term.startsWith("!=", operator);
            int length = unequal || term.startsWith("==", operator) ? 2 : 1;
            String field = term.substring(0, operator);
            String value = term.substring(operator + length);
            String wrong = invalid(value);
            if (wrong != null) {
                return Checked.bad("invalid field selector: " + wrong);
            }
            if (!field.isEmpty() || !value.isEmpty()) {
                found.add(new Requirement(field, !unequal, unescaped(value)));
            }
            if (found.size() > MAX_TERMS) {
                return Checked.bad("a field selector must have at most %d terms".formatted(MAX_TERMS));
            }
        }
        return Checked.ok(found.isEmpty() ? ALL : new FieldSelector(found));
    }

    /** This selector, if the kind has its fields. */
    public Checked<FieldSelector> forKind(KindDescription kind) {
        for (Requirement requirement : requirements) {
            String field = requirement.field();
            boolean known = field.equals(NAME)
                    || field.equals(NAMESPACE) && !WITHOUT_NAMESPACE.contains(kind.type())
                    || kind.fields().containsKey(field);
            if (!known) {
                return Checked.bad(unknown(kind, field));
            }
        }
        return Checked.ok(kind.storedAs().equals(kind.type()) ? this : stored(kind));
    }

    /** Kubernetes' sentence for an unknown field: kinds with fields of their own have had different authors. */
    private static String unknown(KindDescription kind, String field) {
        if (kind.fields().isEmpty()) {
            return "\"%s\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                    .formatted(field);
        }
        return switch (kind.type().qualified()) {
            case "jobs.batch" -> "field label \"%s\" not supported for Job".formatted(field);
            case "resourceslices.resource.k8s.io" ->
                "field label not supported for %s, Kind=%s: %s".formatted(kind.apiVersion(), kind.kind(), field);
            default -> "field label not supported: " + field;
        };
    }

    /** The same by the field names of the stored form. */
    private FieldSelector stored(KindDescription kind) {
        return new FieldSelector(requirements.stream()
                .map(each -> new Requirement(kind.storedField(each.field()), each.equal(), each.value()))
                .toList());
    }

    /** Parts at commas that no backslash escapes. */
    private static List<String> terms(String text) {
        List<String> terms = new ArrayList<>();
        StringBuilder term = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                term.append(c).append(text.charAt(++i));
            } else if (c == ',') {
                terms.add(term.toString());
                term.setLength(0);
            } else {
                term.append(c);
            }
        }
        terms.add(term.toString());
        terms.removeIf(String::isEmpty);
        return terms;
    }

    private static int operator(String term) {
        int equals = term.indexOf('=');
        return equals > 0 && term.charAt(equals - 1) == '!' ? equals - 1 : equals;
    }

    /** What is wrong with a value, or null: a backslash, a comma and an equals sign must be escaped, and nothing else. */
    private static @Nullable String invalid(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ',' || c == '=') {
                return "unescaped character in value: " + (int) c; // a number, as Kubernetes prints it
            }
            if (c == '\\') {
                i++;
                if (i == value.length() || "\\,=".indexOf(value.charAt(i)) < 0) {
                    return "invalid escape sequence: " + value.substring(i - 1, Math.min(i + 1, value.length()));
                }
            }
        }
        return null;
    }

    private static String unescaped(String value) {
        return value.indexOf('\\') < 0 ? value : value.replaceAll("\\\\(.)", "$1");
    }
}
