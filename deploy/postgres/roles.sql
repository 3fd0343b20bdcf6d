-- Two roles: the owner migrates; the application reads and writes rows, and can neither drop a trigger nor empty a table.
-- As a PostgreSQL superuser, once, in an empty server:
--   psql -v owner_password=… -v application_password=… -f roles.sql
\set ON_ERROR_STOP on
CREATE ROLE cong_minh_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE cong_minh LOGIN PASSWORD :'application_password';
CREATE DATABASE cong_minh OWNER cong_minh_owner
    TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'vi-VN' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE cong_minh FROM PUBLIC;
GRANT CONNECT ON DATABASE cong_minh TO cong_minh;

\connect cong_minh
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO cong_minh_owner;
GRANT USAGE ON SCHEMA public TO cong_minh;
ALTER DEFAULT PRIVILEGES FOR ROLE cong_minh_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cong_minh;
ALTER DEFAULT PRIVILEGES FOR ROLE cong_minh_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO cong_minh;
