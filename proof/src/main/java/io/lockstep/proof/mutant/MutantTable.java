package io.lockstep.proof.mutant;

import io.lockstep.proof.mutant.Catcher.Caught;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The mutants and who caught them, for docs/reliability.md. */
public final class MutantTable {

    private MutantTable() {}

    /** @param results in the order of the table */
    public static String of(Map<Mutant, Optional<Caught>> results) {
        StringBuilder table =
                new StringBuilder("| mutant | what it does | caught by | violated | steps |\n|---|---|---|---|---|\n");
        results.forEach((mutant, caught) -> {
            List<String> cells = List.of(
                    mutant.name(),
                    mutant.breaks(),
                    caught.map(Caught::by).orElse("**nobody**"),
                    caught.map(c -> c.violated() + ": " + c.how()).orElse(""),
                    caught.filter(c -> c.steps() > 0)
                            .map(c -> Integer.toString(c.steps()))
                            .orElse(""));
            table.append("| ").append(String.join(" | ", cells)).append(" |\n");
        });
        return table.toString();
    }
}
