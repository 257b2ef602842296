package io.shiplog.docker.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A record has at most eight parts: more are a list of positions that is hard to read. It is regrouped by meaning instead. */
class RecordsArchitectureTest {
    private static final int MOST_PARTS = 8;

    /** Those from before the rule. The list only gets shorter. */
    private static final Set<String> OLDER = Set.of(
            "io.shiplog.command.decide.write.Decision$Changed",
            "io.shiplog.gateway.GatewayConfig",
            "io.shiplog.gateway.discovery.ServedResource",
            "io.shiplog.gateway.http.RequestInfo",
            "io.shiplog.node.NodeRunnerConfig",
            "io.shiplog.node.engine.ContainerEngine$Container",
            "io.shiplog.node.engine.ContainerRequest",
            "io.shiplog.node.pod.observed.ObservedPod",
            "io.shiplog.node.pod.port.PodPorts",
            "io.shiplog.node.status.NodeFacts");

    private static Set<String> tooLong(JavaClasses classes) {
        return classes.stream()
                .filter(JavaClass::isRecord)
                .filter(each -> each.getFields().stream()
                                .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                                .count()
                        > MOST_PARTS)
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void aRecordHasAtMostEightParts() {
        JavaClasses all = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("io.shiplog");

        assertEquals(new TreeSet<>(OLDER), tooLong(all));
    }

    /** One part too many. */
    private record Nine(int a, int b, int c, int d, int e, int f, int g, int h, int i) {}

    @Test
    void theRuleCanFail() {
        assertEquals(Set.of(Nine.class.getName()), tooLong(new ClassFileImporter().importClasses(Nine.class)));
    }
}
