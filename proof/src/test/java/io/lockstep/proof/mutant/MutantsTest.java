package io.lockstep.proof.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.proof.chaos.ChaosCatcher;
import io.lockstep.proof.chaos.ShellMutant;
import io.lockstep.proof.model.Rules;
import io.lockstep.proof.mutant.MutantTable.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MutantsTest {

    private static final Catcher<Mutant> MODEL = new ModelCatcher();
    private static final Catcher<ShellMutant> CHAOS = new ChaosCatcher();

    /** Relative to the module, where Maven runs its tests. */
    private static final Path TABLE = Path.of("target", "mutants.md");

    @Test
    void every_mutant_is_caught_and_the_table_says_by_whom() throws IOException {
        List<Row> rows = Stream.concat(
                        Mutants.all().stream().map(m -> new Row(m.name(), m.breaks(), MODEL.caught(m))),
                        ShellMutant.ALL.stream().map(m -> new Row(m.name(), m.breaks(), CHAOS.caught(m))))
                .toList();

        String table = MutantTable.of(rows);
        Files.createDirectories(TABLE.getParent());
        Files.writeString(TABLE, table);

        assertThat(rows).as(table).hasSizeGreaterThanOrEqualTo(24);
        assertThat(rows)
                .as(table)
                .allSatisfy(r -> assertThat(r.caught()).as(r.name()).isPresent());
    }

    @Test
    void the_rules_as_they_are_are_caught_by_nobody() {
        assertThat(MODEL.caught(new Mutant("none", "nothing", "migration", Rules.CORE)))
                .isEmpty();
    }

    @Test
    void a_mutant_that_survives_stands_out_in_the_table() {
        Row survivor = new Row("none", "nothing", Optional.empty());

        assertThat(MutantTable.of(List.of(survivor))).contains("| none | nothing | **nobody** |");
    }
}
