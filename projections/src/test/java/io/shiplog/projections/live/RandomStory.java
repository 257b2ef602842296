package io.shiplog.projections.live;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Indexes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Random changes of a few objects of three types in two shards, written into a {@link Story}; the seed determines everything. */
public final class RandomStory {
    private static final int NAMES = 12;

    private final Random random;
    private final Story story;
    private final TreeSet<ObjectKey> alive = new TreeSet<>();

    public RandomStory(long seed, Story story) {
        this.random = new Random(seed);
        this.story = story;
    }

    public void tell(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
    }

    private void step() {
        story.at("%02d:%02d:%02d".formatted(3 + random.nextInt(3), random.nextInt(60), random.nextInt(60)));
        String name = "object-" + random.nextInt(NAMES);
        ObjectKey key = switch (random.nextInt(4)) {
            case 0 -> Story.configMap(name);
            case 1 -> Story.lease(name);
            default -> Story.pod(name);
        };
        String label = Integer.toString(random.nextInt(3));
        if (alive.add(key)) {
            story.created(key, "turn", label);
        } else if (random.nextInt(5) == 0) {
            story.accessed(key);
        } else if (random.nextInt(3) == 0) {
            alive.remove(key);
            story.deleted(key);
        } else if (key.type().equals(Story.PODS)) {
            story.scheduled(key, "node-" + random.nextInt(3), "turn", label);
        } else {
            story.modified(key, "turn", label);
        }
    }

    /** All that can be seen of an image, as text; {@code changed} apart, which a snapshot does not keep. */
    public static List<String> seen(Image image) {
        List<String> seen = new ArrayList<>();
        image.revisions().forEach((shard, revision) -> seen.add(shard + " " + revision + " " + image.time(shard)));
        image.types().stream()
                .sorted()
                .forEach(type -> image.list(type).forEach(object -> seen.add(object.toString())));
        for (int i = 0; i < NAMES; i++) {
            seen.add(image.by(Indexes.OWNER, "owner-object-" + i).toString());
        }
        for (int i = 0; i < 3; i++) {
            seen.add(image.by(Indexes.NODE, "node-" + i).toString());
        }
        return seen;
    }
}
