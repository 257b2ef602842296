package io.shiplog.docker.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.shiplog.events.kind.KindCatalogue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The kinds of a moment are part of its image. What lives longer than one request asks the image that it works on, and holds no catalogue: a
 * past moment would be read with the kinds of another.
 */
class KindsArchitectureTest {
    /** The image itself, and what is made from one catalogue for one image, decision or request. */
    private static final Set<String> OF_ONE_MOMENT = Set.of(
            "io.shiplog.command.decide.write.Forms",
            "io.shiplog.command.kind.policy.Budget$Objects",
            "io.shiplog.command.shard.DecidedObjects$Moment",
            "io.shiplog.gateway.discovery.DiscoveryDocuments",
            "io.shiplog.gateway.history.ChangeSelector",
            "io.shiplog.gateway.history.Question$Asked",
            "io.shiplog.projections.image.Image",
            "io.shiplog.projections.watch.LogReading$Base",
            // The kinds with which every cluster begins.
            "io.shiplog.projections.image.ImageEvolution");

    private static boolean holdsCatalogue(JavaField field) {
        return field.getType().getAllInvolvedRawTypes().stream()
                .anyMatch(type -> type.isEquivalentTo(KindCatalogue.class));
    }

    private static Set<String> holders(JavaClasses classes) {
        return classes.stream()
                .filter(each -> each.getFields().stream()
                        .filter(field ->
                                !field.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.STATIC))
                        .anyMatch(KindsArchitectureTest::holdsCatalogue))
                .map(each -> each.getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void nothingHoldsACatalogueBeyondItsMoment() {
        JavaClasses all = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("io.shiplog");

        assertEquals(new TreeSet<>(OF_ONE_MOMENT), holders(all));
    }

    /** Asks a supplier instead of its image. */
    private record Holder(Supplier<KindCatalogue> kinds) {}

    @Test
    void theRuleCanFail() {
        assertEquals(Set.of(Holder.class.getName()), holders(new ClassFileImporter().importClasses(Holder.class)));
    }
}
