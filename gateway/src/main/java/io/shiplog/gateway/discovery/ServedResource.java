package io.shiplog.gateway.discovery;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import io.shiplog.gateway.view.ChangeKind;
import io.shiplog.gateway.view.ComponentKind;
import io.shiplog.gateway.view.MetricsKinds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * One line of discovery: a resource in one version, with its subresources.
 *
 * @param storageVersionHash of the type under which its objects are stored; empty if it has none
 */
record ServedResource(
        String group,
        String version,
        String plural,
        String singular,
        String kind,
        boolean namespaced,
        List<String> shortNames,
        List<String> categories,
        List<String> verbs,
        List<Sub> subresources,
        String storageVersionHash) {
    private static final int HASH_BYTES = 8;

    /** Kinds of which Kubernetes keeps the hash of an older version. */
    private static final Map<String, String> HASHED_VERSIONS = Map.of(
            "CustomResourceDefinition", "v1beta1",
            "MutatingAdmissionPolicy", "v1beta1",
            "MutatingAdmissionPolicyBinding", "v1beta1");

    record Sub(String word, Subresource.Answers answers, List<String> verbs) {}

    static List<ServedResource> all(KindCatalogue kinds) {
        List<ServedResource> all = new ArrayList<>();
        for (KindDescription kind : kinds.all()) {
            for (KindVersion each : kind.versions()) {
                String version = each.name();
                all.add(of(kind, version));
            }
        }
        all.add(of(ChangeKind.DESCRIPTION, ChangeKind.VERSION));
        all.add(of(ComponentKind.DESCRIPTION, ComponentKind.SERVED.version()));
        MetricsKinds.all().forEach(each -> all.add(of(each, MetricsKinds.VERSION)));
        for (VirtualResource each : VirtualResource.values()) {
            all.add(new ServedResource(
                    each.group(),
                    each.version(),
                    each.plural(),
                    each.singular(),
                    each.kind(),
                    each.namespaced(),
                    List.of(),
                    List.of(),
                    List.of("create"),
                    List.of(),
                    ""));
        }
        return all;
    }

    private static ServedResource of(KindDescription kind, String version) {
        List<Sub> subs = new ArrayList<>();
        for (Subresource each : Subresource.values()) {
            if (kind.has(each.word())) {
                subs.add(new Sub(each.word(), each.answers(kind, version), each.verbs()));
            }
        }
        subs.sort(Comparator.comparing(Sub::word));
        return new ServedResource(
                kind.group(),
                version,
                kind.plural(),
                kind.singular(),
                kind.kind(),
                kind.namespaced(),
                kind.shortNames(),
                kind.categories(),
                Verbs.of(kind),
                subs,
                Verbs.of(kind).contains("create") ? storageVersionHash(kind) : "");
    }

    /** Whether bodies of a subresource have a kind of this group version. */
    boolean has(Subresource.Answers answers) {
        return answers.group().equals(group) && answers.version().equals(version);
    }

    /**
     * @see <a
     *     href="https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/discovery/storageversionhash.go">StorageVersionHash</a>
     */
    private static String storageVersionHash(KindDescription kind) {
        String version = HASHED_VERSIONS.getOrDefault(kind.kind(), kind.preferredVersion());
        String stored = kind.storedAs().group() + "/" + version + "/" + kind.kind();
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(stored.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(Arrays.copyOf(hash, HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
