package io.lockstep.proof.mutant;

import io.lockstep.proof.mutant.Catcher.Caught;
import java.util.List;
import java.util.Optional;

/** The mutants and who caught them, for docs/reliability.md. */
public final class MutantTable {

    /**
     * @param breaks what the mutant does
     * @param caught empty when it survived
     */
    public record Row(String name, String breaks, Optional<Caught> caught) {}

    private MutantTable() {}

    public static String of(List<Row> rows) {
        StringBuilder table =
                new StringBuilder("| mutant | what it does | caught by | violated | steps |\n|---|---|---|---|---|\n");
        for (Row row : rows) {
            List<String> cells = List.of(
                    row.name(),
                    row.breaks(),
                    row.caught().map(Caught::by).orElse("**nobody**"),
                    row.caught().map(c -> c.violated() + ": " + c.how()).orElse(""),
                    row.caught()
                            .filter(c -> c.steps() > 0)
                            .map(c -> Integer.toString(c.steps()))
                            .orElse(""));
            table.append("| ").append(String.join(" | ", cells)).append(" |\n");
        }
        return table.toString();
    }
}
