package io.shiplog.docker.launch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.shiplog.command.schedule.SchedulerConfig;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * The scheduler's configuration, as of kube-scheduler's option {@code --config}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/scheduling/config/">Scheduler Configuration</a>
 */
public final class SchedulerOption {
    /** Bytes of a configuration: it becomes a ConfigMap. */
    static final int MAX_BYTES = 256 * 1024;

    @Option(
            names = "--scheduler-config",
            paramLabel = "FILE",
            converter = ConfigFile.class,
            description =
                    "a KubeSchedulerConfiguration with profiles, as YAML or JSON. It is stored as the ConfigMap kube-system/kube-scheduler, which stays when the option is omitted later")
    private Optional<Json> config = Optional.empty();

    /** The configuration; empty to leave the cluster's as it is. */
    public Optional<Json> config() {
        return config;
    }

    /** Reads and checks the file. */
    static final class ConfigFile implements ITypeConverter<Json> {
        @Override
        public Json convert(String file) {
            try {
                Path path = Path.of(file);
                if (Files.size(path) > MAX_BYTES) {
                    throw new TypeConversionException("'%s' has more than %d bytes".formatted(file, MAX_BYTES));
                }
                JsonNode tree = new YAMLMapper().readTree(Files.readString(path));
                SchedulerConfig.read(tree);
                return Json.of(tree);
            } catch (IOException | InvalidPathException e) {
                throw new TypeConversionException("'%s' cannot be read: %s".formatted(file, e.getMessage()));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'%s': %s".formatted(file, e.getMessage()));
            }
        }
    }
}
