package io.lockstep.controller.history;

import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverEvent;
import io.lockstep.controller.host.Hold;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.domain.HostName;
import io.lockstep.service.action.ManualAction;
import java.time.Instant;
import java.util.List;

/** Something to be written. */
sealed interface Entry {
    record Host(Registration registration) implements Entry {}

    record Forgotten(HostName host, Instant at) implements Entry {}

    record Holds(HostName host, Instant asOf, List<Hold> holds) implements Entry {}

    record Changed(Handover handover, List<HandoverEvent> events) implements Entry {}

    record Learned(Handover handover, HandoverEvent how) implements Entry {}

    record Raised(Alarm alarm) implements Entry {}

    record Cleared(Alarm alarm, Instant at) implements Entry {}

    record Done(ManualAction action) implements Entry {}
}
