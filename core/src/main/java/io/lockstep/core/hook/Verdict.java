package io.lockstep.core.hook;

import java.util.Optional;

/** The answer to a hook. */
public sealed interface Verdict {

    /**
     * The operation may go on.
     *
     * @param output what the hook prints on stdout, where libvirt reads it as the domain's new XML: only ever for {@code migrate}
     */
    record Allow(Optional<String> output) implements Verdict {}

    /** The operation is refused; the reason is one line that a person can act on. libvirt shows it in virsh's error. */
    record Refuse(String reason) implements Verdict {
        public Refuse {
            reason = reason.lines()
                    .map(String::strip)
                    .filter(l -> !l.isEmpty())
                    .reduce((a, b) -> a + "; " + b)
                    .orElse("no reason given");
        }
    }

    static Verdict allow() {
        return new Allow(Optional.empty());
    }
}
