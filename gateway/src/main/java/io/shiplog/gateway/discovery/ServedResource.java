package io.shiplog.gateway.discovery;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import io.shiplog.gateway.view.ChangeKind;
import java.util.ArrayList;
import java.util.List;

/** One line of discovery: a resource in one version, with its subresources. */
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
        List<Sub> subresources) {

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
                    List.of()));
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
                subs);
    }
}
