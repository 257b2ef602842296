package io.shiplog.events.object;

/**
 * The name of one object: what a record's key says. The order is the order of a list: namespace, then name.
 *
 * @param namespace empty for cluster-scoped objects
 */
public record ObjectKey(ResourceType type, String namespace, String name) implements Comparable<ObjectKey> {
    private static final int PARTS = 4;

    public static ObjectKey of(ResourceType type, String namespace, String name) {
        return new ObjectKey(type, namespace, name);
    }

    public static ObjectKey clusterScoped(ResourceType type, String name) {
        return new ObjectKey(type, "", name);
    }

    /** The record key: {@code group/resource/namespace/name}, with empty parts kept. */
    public String recordKey() {
        return type.group() + "/" + type.resource() + "/" + namespace + "/" + name;
    }

    /**
     * Reads a record key.
     *
     * @throws IllegalArgumentException if it has not four parts
     */
    public static ObjectKey ofRecordKey(String recordKey) {
        String[] parts = recordKey.split("/", -1);
        if (parts.length != PARTS) {
            throw new IllegalArgumentException("not a record key (group/resource/namespace/name): " + recordKey);
        }
        return new ObjectKey(new ResourceType(parts[0], parts[1]), parts[2], parts[3]);
    }

    @Override
    public int compareTo(ObjectKey other) {
        int byType = type.compareTo(other.type);
        if (byType != 0) {
            return byType;
        }
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return recordKey();
    }
}
