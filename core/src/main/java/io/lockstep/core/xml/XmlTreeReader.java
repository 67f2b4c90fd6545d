package io.lockstep.core.xml;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Builds the tree of the wanted elements; the others are checked and passed over. */
final class XmlTreeReader {

    private final XMLStreamReader reader;
    private final Set<String> elements;
    private final Set<String> attributes;
    private final Deque<XmlElement> open = new ArrayDeque<>();
    private @Nullable XmlElement root;
    private int depth;
    private int namespaces;
    private int started;
    private int kept;

    XmlTreeReader(XMLStreamReader reader, Set<String> elements, Set<String> attributes) {
        this.reader = reader;
        this.elements = elements;
        this.attributes = attributes;
    }

    XmlElement read() throws XMLStreamException, XmlRefusedException {
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> start();
                case XMLStreamConstants.END_ELEMENT -> end();
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> text();
                case XMLStreamConstants.DTD ->
                    throw new XmlRefusedException("it has a DOCTYPE, which libvirt never writes");
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new XmlRefusedException(
                            "it refers to the entity \"" + reader.getLocalName() + "\", and entities are not read");
                default -> {
                    // Comments and processing instructions say nothing.
                }
            }
        }
        return Optional.ofNullable(root).orElseThrow(() -> new XmlRefusedException("it has no element that is read"));
    }

    private void start() throws XmlRefusedException {
        int ordinal = started++;
        if (depth++ >= XmlDocument.DEEPEST) {
            throw new XmlRefusedException("its elements are nested more than " + XmlDocument.DEEPEST + " deep");
        }
        // Each element looks its prefix up among all namespaces in scope, one after the other.
        namespaces += reader.getNamespaceCount();
        if (namespaces > XmlDocument.MOST_NAMESPACES) {
            throw new XmlRefusedException(
                    "it has more than " + XmlDocument.MOST_NAMESPACES + " namespaces in scope at once");
        }
        String name = reader.getName().toString();
        // As deep as the innermost kept element: its parent was kept. The root always is.
        boolean wanted = depth == 1 || (open.size() == depth - 1 && elements.contains(name));
        if (!wanted) {
            return;
        }
        if (++kept > XmlDocument.MOST_KEPT) {
            throw new XmlRefusedException("it describes more than " + XmlDocument.MOST_KEPT + " parts of devices");
        }
        XmlElement element = new XmlElement(name, ordinal, attributes());
        Optional.ofNullable(open.peek()).ifPresentOrElse(parent -> parent.add(element), () -> root = element);
        open.push(element);
    }

    private void end() {
        if (open.size() == depth) {
            open.pop();
        }
        namespaces -= reader.getNamespaceCount();
        depth--;
    }

    private void text() {
        if (depth > 0 && open.size() == depth) {
            open.element().append(reader.getText());
        }
    }

    private Map<String, String> attributes() {
        Map<String, String> found = new HashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            String name = reader.getAttributeName(i).toString();
            if (attributes.contains(name)) {
                found.put(name, reader.getAttributeValue(i));
            }
        }
        return found;
    }
}
