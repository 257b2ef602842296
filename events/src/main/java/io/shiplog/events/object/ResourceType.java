package io.shiplog.events.object;

/**
 * A resource without its version, as {@code deployments.apps}: an object is the same in all versions.
 *
 * @param group the API group, empty for the core group
 * @param resource the plural name in lower case, as in the URL
 */
public record ResourceType(String group, String resource) implements Comparable<ResourceType> {
    /** A type of the core group. */
    public static ResourceType core(String resource) {
        return new ResourceType("", resource);
    }

    /** The group of an {@code apiVersion}: {@code apps} of {@code apps/v1}, empty for {@code v1}. */
    public static String groupOf(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** The form that kubectl and messages use: {@code pods}, {@code deployments.apps}. */
    public String qualified() {
        return group.isEmpty() ? resource : resource + "." + group;
    }

    @Override
    public int compareTo(ResourceType other) {
        int byGroup = group.compareTo(other.group);
        return byGroup != 0 ? byGroup : resource.compareTo(other.resource);
    }

    @Override
    public String toString() {
        return qualified();
    }
}
