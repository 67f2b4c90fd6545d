package io.lockstep.core.rule;

import io.lockstep.core.domain.HostName;
import java.util.Optional;

/**
 * Something safe that a person can do now.
 *
 * @param text what it does, and when it is the right thing
 * @param command to be typed as it stands
 * @param on where; empty is anywhere
 */
public record Choice(String text, String command, Optional<HostName> on) {

    static Choice anywhere(String text, String command) {
        return new Choice(text, command, Optional.empty());
    }

    static Choice on(HostName host, String text, String command) {
        return new Choice(text, command, Optional.of(host));
    }
}
