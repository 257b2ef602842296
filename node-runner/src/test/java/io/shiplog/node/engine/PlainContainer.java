package io.shiplog.node.engine;

import io.shiplog.node.engine.ContainerRequest.Limits;
import io.shiplog.node.engine.ContainerRequest.Mount;
import io.shiplog.node.engine.ContainerRequest.Namespaces;
import io.shiplog.node.engine.ContainerRequest.Security;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container of which tests say what matters to them, and nothing else is special.
 *
 * @param entrypoint null for the image's
 */
public record PlainContainer(
        String name, String image, @Nullable List<String> entrypoint, Map<String, String> labels, List<Mount> mounts) {

    /** What its image does. */
    public static PlainContainer of(String name, String image) {
        return new PlainContainer(name, image, null, Map.of(), List.of());
    }

    PlainContainer running(String... command) {
        return new PlainContainer(name, image, List.of(command), labels, mounts);
    }

    /** With these labels. */
    public PlainContainer labelled(Map<String, String> with) {
        return new PlainContainer(name, image, entrypoint, with, mounts);
    }

    PlainContainer with(Mount mount) {
        return new PlainContainer(name, image, entrypoint, labels, List.of(mount));
    }

    /** As an engine is asked for it. */
    public ContainerRequest request() {
        return new ContainerRequest(
                name,
                image,
                entrypoint,
                null,
                List.of(),
                "",
                labels,
                mounts,
                new Namespaces("none", "shareable", ""),
                "",
                List.of(),
                Limits.NONE,
                Security.DEFAULT,
                "",
                List.of(),
                false,
                false,
                false);
    }
}
