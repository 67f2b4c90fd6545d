package io.lockstep.proof.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.proof.model.Rules;
import io.lockstep.proof.mutant.Catcher.Caught;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MutantsTest {

    private static final List<Catcher> CATCHERS = List.of(new ModelCatcher());

    /** Relative to the module, where Maven runs its tests. */
    private static final Path TABLE = Path.of("target", "mutants.md");

    private static Optional<Caught> caught(Mutant mutant) {
        return CATCHERS.stream()
                .map(c -> c.caught(mutant))
                .flatMap(Optional::stream)
                .findFirst();
    }

    @Test
    void every_mutant_is_caught_and_the_table_says_by_whom() throws IOException {
        Map<Mutant, Optional<Caught>> results = new LinkedHashMap<>();
        Mutants.all().forEach(m -> results.put(m, caught(m)));

        String table = MutantTable.of(results);
        Files.createDirectories(TABLE.getParent());
        Files.writeString(TABLE, table);

        assertThat(results).as(table).hasSizeGreaterThanOrEqualTo(20);
        assertThat(results.entrySet())
                .as(table)
                .allSatisfy(r -> assertThat(r.getValue()).as(r.getKey().name()).isPresent());
    }

    @Test
    void the_rules_as_they_are_are_caught_by_nobody() {
        assertThat(caught(new Mutant("none", "nothing", "migration", Rules.CORE)))
                .isEmpty();
    }

    @Test
    void a_mutant_that_survives_stands_out_in_the_table() {
        Mutant survivor = new Mutant("none", "nothing", "migration", Rules.CORE);

        assertThat(MutantTable.of(Map.of(survivor, Optional.empty()))).contains("| none | nothing | **nobody** |");
    }
}
