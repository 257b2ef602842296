package io.shiplog.command.kind.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Quantity;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names of resources that are counted: {@code cpu}, {@code requests.memory}, {@code example.com/gpu}.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/helper/helpers.go">helpers.go</a>
 */
public final class ResourceNames {
    public static final String HUGE_PAGES = "hugepages-";
    public static final String REQUESTS = "requests.";

    private static final Set<String> COMPUTE = Set.of("cpu", "memory", "ephemeral-storage");

    /** Objects that are counted. */
    private static final Set<String> COUNTS = Set.of(
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers");

    private static final Set<String> AMOUNTS = Set.of(
            "requests.cpu",
            "requests.memory",
            "requests.storage",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");

    private ResourceNames() {}

    /** Whether a quota may limit it by this name alone. */
    public static boolean isStandardOfQuotas(String name) {
        return COMPUTE.contains(name)
                || COUNTS.contains(name)
                || AMOUNTS.contains(name)
                || name.startsWith(HUGE_PAGES)
                || name.startsWith(REQUESTS + HUGE_PAGES);
    }

    /** Whether the cluster itself defines it. */
    public static boolean isNative(String name) {
        return !name.contains("/") || name.contains("kubernetes.io/");
    }

    /** Whether it is a device or the like, which only whole numbers of exist. */
    public static boolean isExtended(String name) {
        return !isNative(name)
                && !name.startsWith(REQUESTS)
                && Names.qualified(REQUESTS + name).isEmpty();
    }

    /** Whether a request may be smaller than its limit. */
    public static boolean allowsOvercommit(String name) {
        return isNative(name) && !name.startsWith(HUGE_PAGES);
    }

    /** A name of any resource. False if it is no name at all. */
    public static boolean any(String name, String path, FieldErrors errors) {
        List<String> wrong = Names.qualified(name);
        Checks.each(wrong, path, name, errors);
        boolean standard = name.contains("/") || isStandardOfQuotas(name) || name.equals("storage");
        if (wrong.isEmpty() && !standard) {
            errors.invalid(path, name, "must be a standard resource type or fully qualified");
        }
        return wrong.isEmpty();
    }

    /** A resource of a container. */
    public static void ofContainer(String name, String path, FieldErrors errors) {
        any(name, path, errors);
        if (!name.contains("/")) {
            if (!COMPUTE.contains(name) && !name.startsWith(HUGE_PAGES)) {
                errors.invalid(path, name, "must be a standard resource for containers");
            }
        } else if (!isNative(name) && !isExtended(name)) {
            errors.invalid(path, name, "doesn't follow extended resource name standard");
        }
    }

    /** A resource that a quota limits. */
    public static void ofQuota(String name, String path, FieldErrors errors) {
        any(name, path, errors);
        if (!name.contains("/") && !isStandardOfQuotas(name)) {
            errors.invalid(path, name, "must be a standard resource for quota");
        }
    }

    /** An amount of a resource: not negative, and whole where only whole ones exist. */
    public static void amount(String name, JsonNode amount, String path, FieldErrors errors) {
        Checks.notNegativeQuantity(amount, path, errors);
        @Nullable Quantity quantity = Quantity.parseOrNull(amount.asText());
        if (quantity != null && (COUNTS.contains(name) || isExtended(name)) && quantity.milliValue() % 1000 != 0) {
            errors.invalid(path, quantity.toString(), "must be an integer");
        }
    }
}
