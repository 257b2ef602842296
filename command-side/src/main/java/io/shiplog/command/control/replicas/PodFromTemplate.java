package io.shiplog.command.control.replicas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.Image;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** New pods from a template: pure, names included. */
final class PodFromTemplate {
    /** Kubernetes' own: no vowels and no look-alikes, so that no word and no confusion arises. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX_CHARS = 5;
    /** A generated name may have 63 characters. */
    private static final int MAX_PREFIX_CHARS = 63 - SUFFIX_CHARS;

    private PodFromTemplate() {}

    /**
     * Names that no pod of the image has. The same set on the same image gets the same names: so a plan that is carried out
     * twice makes no pod twice.
     */
    static List<String> names(Replicas of, Image image, int count) {
        String prefix = prefix(of);
        // Whatever changes the set's pods changes the seed: the next plan does not stumble over names of the last one.
        long seed = 31L * of.stored().uid().hashCode() + image.revision("events");
        SplittableRandom random = new SplittableRandom(seed);
        List<String> names = new ArrayList<>(count);
        Set<String> taken = new HashSet<>();
        while (names.size() < count) {
            StringBuilder name = new StringBuilder(prefix);
            for (int i = 0; i < SUFFIX_CHARS; i++) {
                name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            ObjectKey key = ObjectKey.of(Types.PODS, of.stored().key().namespace(), name.toString());
            if (image.get(key) == null && taken.add(key.name())) {
                names.add(key.name());
            }
        }
        return names;
    }

    static ObjectNode pod(Replicas of, String name) {
        ObjectNode pod = Json.MAPPER.createObjectNode();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata");
        metadata.put("name", name).put("generateName", of.stored().key().name() + "-");
        metadata.put("namespace", of.stored().key().namespace());
        JsonNode given = of.template().path("metadata");
        for (String field : List.of("labels", "annotations", "finalizers")) {
            if (given.hasNonNull(field)) {
                metadata.set(field, given.get(field));
            }
        }
        metadata.putArray("ownerReferences").add(of.asOwner().json());
        pod.set("spec", of.template().path("spec"));
        return pod;
    }

    private static String prefix(Replicas of) {
        String prefix = of.stored().key().name() + "-";
        return prefix.length() <= MAX_PREFIX_CHARS ? prefix : prefix.substring(0, MAX_PREFIX_CHARS);
    }
}
