// Opens the API reference on this installation's own schema.
SwaggerUIBundle({ url: "/schema/openapi.json", dom_id: "#reference", deepLinking: true, validatorUrl: null, tryItOutEnabled: true });
