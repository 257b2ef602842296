package io.shiplog.projections.image;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.shiplog.events.log.Event;
import org.junit.jupiter.api.Test;

/** Only {@code evolve} makes new state. */
class EvolveLawTest {
    private static final ArchRule ONLY_EVOLUTION_MAKES_IMAGES = noClasses()
            .that()
            .doNotBelongToAnyOf(Image.class, ImageEvolution.class)
            .should()
            .callCodeUnitWhere(target(owner(assignableTo(Image.class)))
                    .and(target(nameMatching("<init>|evolve|passed|restore|forget|notBefore"))))
            .orShould()
            .callConstructorWhere(target(owner(assignableTo(StoredObject.class))))
            .because("whatever is not made by evolve cannot be replayed");

    @Test
    void only_evolution_makes_images_and_stored_objects() {
        ONLY_EVOLUTION_MAKES_IMAGES.check(classes(new ImportOption.DoNotIncludeTests()));
    }

    @Test
    void the_law_can_fail() {
        JavaClasses lawless = new ClassFileImporter().importClasses(Lawless.class, Image.class);

        assertThrows(AssertionError.class, () -> ONLY_EVOLUTION_MAKES_IMAGES.check(lawless));
    }

    private static JavaClasses classes(ImportOption option) {
        return new ClassFileImporter().withImportOption(option).importPackages("io.shiplog");
    }

    /** Makes an image behind evolution's back. */
    private static final class Lawless {
        @SuppressWarnings("unused") // it is here to be found
        private static Image made(Event event, StoredObject object) {
            return Image.EMPTY.evolve(event, object.key(), object);
        }
    }
}
