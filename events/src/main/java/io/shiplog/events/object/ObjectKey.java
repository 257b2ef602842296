package io.shiplog.events.object;

/**
 * The name of one object, and the key of its records. Ordered as lists are: namespace, then name.
 *
 * @param namespace empty for cluster-scoped objects
 */
public record ObjectKey(ResourceType type, String namespace, String name) implements Comparable<ObjectKey> {
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
     * Parses a record key.
     *
     * @throws IllegalArgumentException if it does not have four parts
     */
    public static ObjectKey ofRecordKey(String recordKey) {
        int resource = recordKey.indexOf('/') + 1;
        int namespace = recordKey.indexOf('/', resource) + 1;
        int name = recordKey.indexOf('/', namespace) + 1;
        if (resource == 0 || namespace == 0 || name == 0 || recordKey.indexOf('/', name) >= 0) {
            throw new IllegalArgumentException("not a record key (group/resource/namespace/name): " + recordKey);
        }
        return new ObjectKey(
                new ResourceType(recordKey.substring(0, resource - 1), recordKey.substring(resource, namespace - 1)),
                recordKey.substring(namespace, name - 1),
                recordKey.substring(name));
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
